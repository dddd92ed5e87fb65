import { useCallback, useState } from 'react'
import type { DatasetSummary } from '../../contract/dataset.ts'
import type { TaskPreview, TaskSignal } from '../../contract/task-preview.ts'
import { useLoaded } from '../dataset/use-loaded.ts'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { formatNumber, parseWholeNumber } from '../parts/format.ts'
import { Notice } from '../parts/notice.tsx'
import text from '../parts/text.module.css'
import { Distribution } from '../plot/distribution.tsx'
import { LinePlot } from '../plot/line-plot.tsx'
import { api } from '../state/api.ts'
import { saveFile } from '../state/save-file.ts'
import { taskFile } from './task-choice.ts'
import css from './reward-dialog.module.css'
import type { Preview } from './use-task-preview.ts'
import { useTaskPreview } from './use-task-preview.ts'

interface Props {
  dataset: DatasetSummary
  /** What it begins with. */
  expression: string
  onUse: (expression: string) => void
  onClose: () => void
}

/** Functions and operators as a person writes them. */
const WRITTEN = [
  '+ − * / % ^',
  '< > <= >= == !=',
  '&& || !',
  'a ? b : c',
  'abs(x)',
  'min(x, y, …)',
  'max(x, y, …)',
  'norm(x, y, …)',
  'clip(x, low, high)',
  'exp(x)',
  'log(x)',
  'sqrt(x)',
  'square(x)',
  'pow(x, y)',
  'sign(x)',
  'sin(x) cos(x) tan(x)',
  'tanh(x)',
  'atan2(y, x)',
  'pi',
]

/** A reward is written here, over the signals of a dataset, and seen over that dataset before anything is trained. */
export function RewardDialog({ dataset, expression: before, onUse, onClose }: Props) {
  const [expression, setExpression] = useState(before)
  const [typedEpisode, setTypedEpisode] = useState('')
  const trimmed = expression.trim()
  const task = trimmed === '' ? null : { kind: 'expression' as const, expression: trimmed }
  const state = useTaskPreview(dataset.id, task, parseWholeNumber(typedEpisode))
  const usable = task !== null && !state.behind && state.problem === null && state.preview?.notFinite === 0
  const whyNot = usable ? null : state.behind ? 'The dataset is being read' : 'The expression cannot be used yet'
  return (
    <Dialog
      open
      title="A reward of your own"
      description={`Each step of ${dataset.name} earns the value of an expression of the state it led to and of its action. The data stay as they are.`}
      onClose={onClose}
    >
      <div className={css.columns}>
        <div className={css.write}>
          <label className={css.label} htmlFor="reward-expression">
            Reward of a step
          </label>
          <textarea
            id="reward-expression"
            className={css.expression}
            rows={3}
            spellCheck={false}
            value={expression}
            aria-invalid={state.problem !== null}
            onChange={(event) => setExpression(event.target.value.replaceAll('\n', ' '))}
          />
          <Wrong state={state} />
          <Signals
            id={dataset.id}
            onInsert={(name) => setExpression(expression === '' ? name : `${expression} ${name}`)}
          />
        </div>
        <div className={css.see} aria-busy={state.behind}>
          <Seen state={state} episode={typedEpisode} onEpisode={setTypedEpisode} />
        </div>
      </div>
      <DialogActions>
        <Button reason={whyNot} onClick={() => task && saveFile('task.json', taskFile(task), 'application/json')}>
          Save as task file
        </Button>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          reason={whyNot}
          onClick={() => {
            onUse(trimmed)
            onClose()
          }}
        >
          Use this reward
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function Wrong({ state: { problem, preview, behind } }: { state: Preview }) {
  if (problem)
    return (
      <div className={css.wrong} role="alert">
        <p>{problem.message}</p>
        {problem.details !== undefined && problem.code === 'expression-unreadable' && <pre>{problem.details}</pre>}
      </div>
    )
  if (preview && !behind && preview.notFinite > 0)
    return (
      <Notice kind="warn" title={`No finite number in ${formatNumber(preview.notFinite)} steps`}>
        Nothing can be trained on it. Look where it divides, takes a root or a logarithm; max and clip help.
      </Notice>
    )
  return null
}

function Signals({ id, onInsert }: { id: string; onInsert: (name: string) => void }) {
  const signals = useLoaded(
    id,
    '',
    useCallback((asked: string): Promise<TaskSignal[]> => api.dataset.taskSignals.query({ id: asked }), []),
  )
  return (
    <div className={css.lists}>
      <span className={css.label}>Signals, press to add</span>
      <span className={css.label}>Signs and functions</span>
      <ul className={css.signals} aria-label="Signals; press one to add it">
        {(signals.value ?? []).map(({ name, unit, about }) => (
          <li key={name}>
            <button type="button" title={about} onClick={() => onInsert(name)}>
              <b>{name}</b> <span className={text.dim}>{unit === '' ? about : `${unit}, ${about}`}</span>
            </button>
          </li>
        ))}
      </ul>
      <ul className={css.written} aria-label="Operators and functions">
        {WRITTEN.map((form) => (
          <li key={form}>
            <code>{form}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}

interface SeenProps {
  state: Preview
  episode: string
  onEpisode: (typed: string) => void
}

function Seen({ state: { preview, behind }, episode, onEpisode }: SeenProps) {
  if (!preview)
    return (
      <p className={css.nothing}>
        {behind ? 'Reading the dataset' : 'What the reward makes of the dataset stands here.'}
      </p>
    )
  const { reward, along } = preview
  return (
    <>
      <div className={css.caption}>
        <b>Reward of a step</b>
        <span>
          mean {short(reward.mean)}, {formatNumber(preview.steps)} of {formatNumber(preview.ofSteps)} steps
        </span>
      </div>
      <Distribution
        label={`Rewards from ${short(reward.min)} to ${short(reward.max)}`}
        shapes={[{ counts: reward.counts, kind: 'filled' }]}
        ends={[short(reward.min), short(reward.max)]}
      />
      <div className={css.caption}>
        <b>Return of an episode</b>
        <span>
          {short(preview.return.min)} to {short(preview.return.max)}, mean {short(preview.return.mean)}
        </span>
      </div>
      <div className={css.caption}>
        <b>Along episode {formatNumber(along.episode)}</b>
        <span>
          {formatNumber(along.steps)} steps, return {short(along.return)}
        </span>
      </div>
      <div className={css.along}>
        <Along along={along} />
      </div>
      <Field
        label="Episode; empty shows the best of those read"
        numeric
        value={episode}
        invalid={episode.trim() !== '' && parseWholeNumber(episode) === null ? 'A whole number.' : null}
        onChange={onEpisode}
      />
    </>
  )
}

function Along({ along }: { along: TaskPreview['along'] }) {
  const { points, steps } = along
  const x = points.map((_, i) => (i * steps) / points.length)
  return (
    <LinePlot
      key={along.episode}
      label={`Reward along episode ${along.episode}`}
      x={x}
      xRange={[0, steps]}
      series={[{ values: points, colour: 'accent' }]}
      xFormat={(value) => (value === steps ? `${formatNumber(value)} steps` : formatNumber(value))}
      yFormat={(value) => short(value)}
      yWidth={56}
    />
  )
}

/** Three figures are enough for a reward of any size. */
function short(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(1).replace('-', '−')
  return formatNumber(value, size >= 100 ? 0 : size >= 10 ? 1 : 3)
}
