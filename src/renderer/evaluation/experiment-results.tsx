import { useEffect, useState } from 'react'
import type { ExperimentView } from '../../contract/experiment.ts'
import type { Problem } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatDuration, formatNumber } from '../parts/format.ts'
import { KeyValue, KeyValueRow } from '../parts/key-value.tsx'
import { Pane, PaneBody, PaneHead, WorkArea } from '../parts/pane.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { CopyLine, ProblemView } from '../parts/problem-view.tsx'
import { ProgressBar } from '../parts/progress-bar.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { commandWith } from '../state/command.ts'
import { saveFile } from '../state/save-file.ts'
import evaluateCss from './evaluate-screen.module.css'
import { ExperimentCurvePane } from './experiment-curve.tsx'
import { ExperimentGrid } from './experiment-grid.tsx'
import { ExperimentRuns } from './experiment-runs.tsx'
import css from './experiment.module.css'
import { chooseExperiment, openExperimentView, useExperiment } from './experiment-store.ts'
import { ResultsChoice } from './results-choice.tsx'

/** An experiment of the paper, filling itself in while workers are at it. */
export function ExperimentResults({ id }: { id: string }) {
  useEffect(() => openExperimentView(id), [id])
  const { view, problem } = useExperiment()
  const [notSaved, setNotSaved] = useState<Problem | null>(null)
  if (problem !== null) {
    const back = (
      <Button size="small" onClick={() => chooseExperiment(null)}>
        Show this station
      </Button>
    )
    return (
      <WorkArea>
        <Pane>
          <Head title={id} />
          <ProblemView problem={problem} actions={back} />
        </Pane>
      </WorkArea>
    )
  }
  if (view === null) {
    return (
      <WorkArea>
        <Pane>
          <Head title={id} />
          <EmptyState title="Reading the experiment">Its plan and results stand in its folder.</EmptyState>
        </Pane>
      </WorkArea>
    )
  }
  const isTable = view.plan.experiment === 'table1'
  return (
    <WorkArea className={evaluateCss.grid}>
      <Pane label="Experiment grid">
        <Head
          title={isTable ? 'Closest tool-tip distance to the goal, m' : 'Return of the trained policy'}
          end={<SaveButtons view={view} onProblem={setNotSaved} />}
        >
          {isTable ? 'simulated arm, lower is better' : 'higher is better'}
        </Head>
        <ProblemNotice problem={notSaved} onClose={() => setNotSaved(null)} />
        <PaneBody flush className={evaluateCss.tableBody}>
          <ExperimentGrid view={view} />
        </PaneBody>
        <div className={evaluateCss.legend}>
          <span>
            Interquartile mean over {plural(view.plan.seeds.length, 'seed')}
            {isTable && ` and goals ${view.goals.join(', ')}`}; below: {isTable && 'final distance, '}95 % interval
            {isTable && <span className={text.wideOnly}>, a dot for each goal from 0 to 0.8 m</span>}.
          </span>
          {isTable && <span className={text.wideOnly}>small: value printed in the paper, 2019</span>}
        </div>
      </Pane>
      <Pane label="Experiment">
        <ExperimentFacts view={view} />
      </Pane>
      <Pane label="Curve of the cell">
        <ExperimentCurvePane view={view} />
      </Pane>
      <Pane label="Runs of the cell">
        <ExperimentRuns view={view} />
      </Pane>
    </WorkArea>
  )
}

const plural = (count: number, word: string): string => (count === 1 ? `one ${word}` : `${count} ${word}s`)

function Head({ title, end, children }: { title: string; end?: React.ReactNode; children?: React.ReactNode }) {
  return (
    <div className={evaluateCss.head}>
      <h1>{title}</h1>
      <span className={text.wideOnly}>{children}</span>
      <span className={evaluateCss.space} />
      <ResultsChoice />
      {end}
    </div>
  )
}

/** The experiment's table and figures for the person, as they stand in its folder. */
function SaveButtons({ view, onProblem }: { view: ExperimentView; onProblem: (problem: Problem | null) => void }) {
  const reason = view.cells.some(({ value }) => value !== null) ? null : 'Nothing was evaluated yet.'
  const save = (kind: 'csv' | 'svg') =>
    commandWith(onProblem)(async () => {
      for (const { name, text } of await api.experiment.files.query({ id: view.id, kind }))
        saveFile(`${view.id}-${name}`, text, kind === 'csv' ? 'text/csv' : 'image/svg+xml')
    })
  return (
    <>
      <Button size="small" reason={reason} onClick={() => void save('csv')}>
        CSV
      </Button>
      <Button size="small" reason={reason} onClick={() => void save('svg')}>
        Figure
      </Button>
    </>
  )
}

/** How far it is, and what it consists of. */
function ExperimentFacts({ view }: { view: ExperimentView }) {
  const { jobs, plan, etaS } = view
  const total = Object.values(jobs).reduce((sum, count) => sum + count, 0)
  const { counts } = plan
  return (
    <>
      <PaneHead title={view.id}>{plan.experiment === 'table1' ? 'table 1' : 'figure 3'}</PaneHead>
      <PaneBody>
        <ProgressBar
          label="Jobs done"
          value={jobs.done}
          total={total}
          paused={jobs.running === 0 && jobs.done < total}
        />
        <div className={css.facts}>
          <KeyValue>
            <KeyValueRow label="State">
              <ExperimentState view={view} />
            </KeyValueRow>
            <KeyValueRow label="Jobs done">
              {formatNumber(jobs.done)} of {formatNumber(total)}
            </KeyValueRow>
            <KeyValueRow label="Failed">{jobs.failed === 0 ? 'none' : failedText(view)}</KeyValueRow>
            {jobs.running > 0 && (
              <KeyValueRow label="Time left">{etaS === null ? undefined : formatDuration(etaS)}</KeyValueRow>
            )}
            <KeyValueRow label="Scale">
              {Number((100 * plan.scale).toPrecision(3))} % of the published counts
            </KeyValueRow>
            <KeyValueRow label="Transitions">{formatNumber(counts.transitions)}</KeyValueRow>
            <KeyValueRow label="Updates">{formatNumber(counts.updates)}</KeyValueRow>
            <KeyValueRow label="Evaluation" hide="short">
              {plural(counts.episodes, 'episode')} every {formatNumber(counts.evaluateEvery)} updates
            </KeyValueRow>
            <KeyValueRow label="Seeds">{formatNumber(plan.seeds.length)}</KeyValueRow>
          </KeyValue>
        </div>
        {jobs.running === 0 && jobs.waiting > 0 && (
          <div className={css.aside}>
            To go on, in a terminal in Forager's folder:
            <CopyLine command={terminalCommand('experiment', 'resume', view.path)} />
          </div>
        )}
        {jobs.running === 0 && jobs.waiting === 0 && (
          <div className={css.aside}>
            Its data, policies, results and figures are in
            <p className={css.path}>{view.path}</p>
          </div>
        )}
      </PaneBody>
    </>
  )
}

function failedText({ jobs }: ExperimentView): string {
  return jobs.blocked === 0 ? formatNumber(jobs.failed) : `${jobs.failed}; ${jobs.blocked} wait for them in vain`
}

function ExperimentState({ view: { jobs } }: { view: ExperimentView }) {
  if (jobs.running > 0) return <StateWord kind="act">{plural(jobs.running, 'job')} running</StateWord>
  if (jobs.waiting > 0) return <StateWord kind="hold">Not running</StateWord>
  return jobs.failed > 0 ? (
    <StateWord kind="warn">Ended, not all done</StateWord>
  ) : (
    <StateWord kind="ok">Done</StateWord>
  )
}
