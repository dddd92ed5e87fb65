import { useEffect } from 'react'
import { Button } from '../parts/button.tsx'
import { classNames } from '../parts/class-names.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { Pane, PaneBody, PaneFoot, PaneHead, Rule, WorkArea } from '../parts/pane.tsx'
import text from '../parts/text.module.css'
import { saveFile } from '../state/save-file.ts'
import { openViewFeed, useViews, viewAsDataset } from '../state/views-store.ts'
import { isRunOpen, useSession } from '../state/session-store.ts'
import { curvesCsv } from './curves-csv.ts'
import { CurvePanel } from './curve-panel.tsx'
import { JobQueue } from './job-queue.tsx'
import { isActive } from './job-words.ts'
import { RunTable } from './run-table.tsx'
import css from './train-screen.module.css'
import { drawnJobs, openCurveFeed, openTrainFeeds, useTrain } from './train-store.ts'
import { TrainingForm } from './training-form.tsx'

export function TrainScreen() {
  useEffect(openTrainFeeds, [])
  useEffect(openViewFeed, [])
  const views = useViews((state) => state.views) ?? []
  const { jobs, datasets, learners, goals, overlay, curves, problem, wanted } = useTrain()
  const drawn = drawnJobs(jobs ?? [], overlay)
  const drawnIds = drawn.map((job) => job.id)
  const key = drawnIds.join(' ')
  useEffect(() => {
    const ends = (key === '' ? [] : key.split(' ')).map(openCurveFeed)
    return () => ends.forEach((end) => end())
  }, [key])
  const running = (jobs ?? []).filter(isActive).length
  const waiting = (jobs ?? []).filter(({ state }) => state === 'waiting').length
  return (
    <WorkArea className={css.grid}>
      <Pane className={css.side} label="New training and queue">
        <PaneHead title="New training" />
        <TrainingForm
          key={wanted}
          datasets={[...(datasets ?? []), ...views.map(viewAsDataset)]}
          learners={learners ?? []}
          goals={goals}
          wanted={wanted}
        />
        <ProblemNotice problem={problem} onClose={() => useTrain.setState({ problem: null })} />
        <Rule />
        <PaneHead
          title="Queue"
          end={running + waiting > 0 && <span>{`${running} running, ${waiting} waiting`}</span>}
        />
        <PaneBody flush className={css.queue}>
          {jobs === null ? <EmptyState small title="Reading the queue" /> : <JobQueue jobs={jobs} goals={goals} />}
        </PaneBody>
        <CoreNote />
      </Pane>
      <Pane label="Curves">
        <CurvePanel drawn={drawn} curves={curves} goals={goals} />
      </Pane>
      <Pane label="Runs">
        <PaneHead
          title="Runs"
          end={
            <Button
              size="small"
              kind="quiet"
              reason={drawn.length === 0 ? 'Tick a run to export its curve.' : null}
              onClick={() => saveFile('curves.csv', curvesCsv(drawn, curves), 'text/csv')}
            >
              Export CSV
            </Button>
          }
        >
          tick to draw together
        </PaneHead>
        <PaneBody flush className={css.runs}>
          {jobs === null ? (
            <EmptyState small title="Reading the runs" />
          ) : (
            <RunTable
              jobs={jobs}
              goals={goals}
              drawn={drawnIds}
              onOverlay={(ids) => useTrain.setState({ overlay: ids })}
            />
          )}
        </PaneBody>
      </Pane>
    </WorkArea>
  )
}

/** Training never competes with the control loop; the screen says how. */
function CoreNote() {
  const open = useSession((state) => isRunOpen(state.progress))
  return (
    <PaneFoot className={classNames(css.cores, text.wideOnly)}>
      {open
        ? 'While a run collects, training leaves one core to the control loop.'
        : 'Training uses all cores until a run starts to collect; then it leaves one to the control loop.'}
    </PaneFoot>
  )
}
