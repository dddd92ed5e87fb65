import { useState } from 'react'
import type { DatasetSummary } from '../../contract/dataset.ts'
import type { Vector3 } from '../../contract/robot.ts'
import type { Goal } from '../../contract/task.ts'
import type { Method, Mode } from '../../contract/world.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { formatNumber, parseWholeNumber } from '../parts/format.ts'
import { MethodSettings } from '../parts/method-settings.tsx'
import { MODES } from '../parts/modes.ts'
import { Segment } from '../parts/segment.tsx'
import { Select } from '../parts/select.tsx'
import { readSettings, type TypedSettings } from '../parts/setting-changes.ts'
import { api } from '../state/api.ts'
import { positionText } from './job-words.ts'
import { JoinedDatasets, joinable } from './joined-datasets.tsx'
import css from './train-screen.module.css'
import { command } from './train-store.ts'

const ALL_GOALS = 'all'
const OTHER_POINT = 'point'

interface Draft {
  dataset: string
  /** Further datasets, by id. */
  joined: string[]
  task: string
  /** Text of x, y and z in mm. */
  point: [string, string, string]
  learner: string
  mode: Mode
  /** What was typed for settings, by learner. */
  settings: Readonly<Record<string, TypedSettings>>
  /** Null until somebody types a count: then it is the usual one of the learner. */
  updates: string | null
  seed: string
  seeds: string
}

const FRESH: Draft = {
  dataset: '',
  joined: [],
  task: ALL_GOALS,
  point: ['400', '200', '500'],
  learner: 'td3',
  mode: 'paper',
  settings: {},
  updates: null,
  seed: '1',
  seeds: '1',
}

interface Checked {
  goals: Vector3[]
  updates: number
  seed: number
  seeds: number
}

/** The paper's count, or after which a learner that takes ever smaller steps has come to rest. */
function usualUpdates(learner: Method | undefined, mode: Mode): number {
  const decay = learner?.settings.find(({ key }) => key === 'decayUpdates')?.defaults[mode] ?? 0
  return decay > 0 ? decay : 300_000
}

const within = (text: string, least: number, most: number): number | null => {
  const value = parseWholeNumber(text)
  return value !== null && value >= least && value <= most ? value : null
}

/** The goals the task field stands for, or what is wrong with a typed point. */
function goalsOf(draft: Draft, goals: readonly Goal[]): { goals: Vector3[]; error: string | null } {
  if (draft.task === ALL_GOALS) return { goals: goals.map((goal) => goal.position), error: null }
  const named = goals.find((goal) => goal.name === draft.task)
  if (named !== undefined) return { goals: [named.position], error: null }
  const point = draft.point.map((text) => Number(text.trim().replace('\u2212', '-')) / 1000)
  if (draft.point.some((text) => text.trim() === '') || point.some((v) => !Number.isFinite(v))) {
    return { goals: [], error: 'Three numbers in mm, for example 400, 200, 500.' }
  }
  return { goals: [point as Vector3], error: null }
}

function check(draft: Draft, updates: string, goals: readonly Goal[]) {
  const task = goalsOf(draft, goals)
  const errors = {
    point: task.error,
    updates: within(updates, 1, 100_000_000) === null ? 'A whole number from 1 to 100,000,000.' : null,
    seed: within(draft.seed, 0, 0xffffffff) === null ? 'A whole number from 0 on.' : null,
    seeds: within(draft.seeds, 1, 20) === null ? 'From 1 to 20.' : null,
  }
  const ok = Object.values(errors).every((error) => error === null)
  const order: Checked | null = ok
    ? {
        goals: task.goals,
        updates: parseWholeNumber(updates) ?? 0,
        seed: parseWholeNumber(draft.seed) ?? 0,
        seeds: parseWholeNumber(draft.seeds) ?? 1,
      }
    : null
  return { errors, order }
}

/** Why a dataset cannot be trained on; null when it can. */
export function trainableProblem(dataset: DatasetSummary): string | null {
  if (dataset.state === 'missing') return 'its file is gone'
  if (dataset.transitions === 0) return 'it is empty'
  return null
}

interface Props {
  datasets: readonly DatasetSummary[]
  learners: readonly Method[]
  goals: readonly Goal[]
  /** Dataset that another screen asked to train on. */
  wanted: string | null
}

export function TrainingForm({ datasets, learners, goals, wanted }: Props) {
  const usable = datasets.filter((dataset) => trainableProblem(dataset) === null)
  const [draft, setDraft] = useState<Draft>({ ...FRESH, dataset: wanted ?? '' })
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }))
  const dataset = usable.find((item) => item.id === draft.dataset) ?? usable[0]
  const candidates = joinable(dataset, usable)
  const joined = draft.joined.filter((id) => candidates.some((other) => other.id === id))
  const learner = learners.find((method) => method.name === draft.learner) ?? learners[0]
  const settings = readSettings(learner?.settings ?? [], draft.mode, draft.settings[learner?.name ?? ''] ?? {})
  const updates = draft.updates ?? formatNumber(usualUpdates(learner, draft.mode))
  const { errors, order } = check(draft, updates, goals)
  const reason =
    dataset === undefined
      ? 'Collect a dataset first.'
      : learner === undefined
        ? 'Learners are not read yet.'
        : order === null
          ? 'Correct the fields marked in red.'
          : Object.keys(settings.errors).length > 0
            ? 'A setting of the learner cannot be used.'
            : null
  const runs = order === null ? 0 : order.goals.length * order.seeds

  const submit = async () => {
    if (dataset === undefined || learner === undefined || order === null) return
    for (const goal of order.goals) {
      for (let k = 0; k < order.seeds; k++) {
        const accepted = await command(() =>
          api.learner.start.mutate({
            dataset: dataset.id,
            ...(joined.length > 0 && { joined }),
            task: { kind: 'reach', goal },
            learner: learner.name,
            mode: draft.mode,
            updates: order.updates,
            seed: order.seed + k,
            settings: settings.changes,
          }),
        )
        if (!accepted) return
      }
    }
  }

  const taskOptions = [
    { value: ALL_GOALS, label: `All goals: ${goals.map((goal) => goal.name).join(', ')}` },
    ...goals.map((goal) => ({ value: goal.name, label: `Reach goal ${goal.name}: ${positionText(goal.position)} mm` })),
    { value: OTHER_POINT, label: 'Reach another point' },
  ]
  return (
    <div className={css.form}>
      <Select
        wide
        label="Dataset"
        value={dataset?.id ?? ''}
        options={usable.map((item) => ({ value: item.id, label: item.name, remark: formatNumber(item.transitions) }))}
        onChange={(value) => change({ dataset: value })}
        disabled={usable.length === 0}
      />
      <JoinedDatasets candidates={candidates} joined={joined} onChange={(ids) => change({ joined: ids })} />
      <Select wide label="Task" value={draft.task} options={taskOptions} onChange={(task) => change({ task })} />
      {draft.task === OTHER_POINT && (
        <div className={css.point}>
          {(['x', 'y', 'z'] as const).map((axis, i) => (
            <Field
              key={axis}
              label={axis}
              unit="mm"
              value={draft.point[i] ?? ''}
              invalid={i === 0 ? errors.point : errors.point && ' '}
              onChange={(text) => change({ point: draft.point.with(i, text) as Draft['point'] })}
            />
          ))}
        </div>
      )}
      <Select
        label="Learner"
        value={learner?.name ?? ''}
        options={learners.map((method) => ({ value: method.name, label: method.label }))}
        onChange={(value) => change({ learner: value })}
        disabled={learners.length === 0}
      />
      <Field
        label="Updates"
        numeric
        value={updates}
        invalid={errors.updates}
        onChange={(typed) => change({ updates: typed })}
      />
      <div className={css.mode}>
        <span className={css.modeLabel}>Mode</span>
        <Segment
          tall
          label="Mode"
          value={draft.mode}
          options={MODES.map((mode) => ({
            ...mode,
            disabled: learner !== undefined && !learner.modes.includes(mode.value),
          }))}
          onChange={(mode) => change({ mode })}
        />
      </div>
      {learner !== undefined && (
        <MethodSettings
          method={learner}
          mode={draft.mode}
          typed={draft.settings[learner.name] ?? {}}
          onChange={(typed) => change({ settings: { ...draft.settings, [learner.name]: typed } })}
        />
      )}
      <Field
        label="First seed"
        numeric
        value={draft.seed}
        invalid={errors.seed}
        onChange={(seed) => change({ seed })}
      />
      <Field label="Seeds" numeric value={draft.seeds} invalid={errors.seeds} onChange={(seeds) => change({ seeds })} />
      <div className={css.submit}>
        <Button kind="primary" wide reason={reason} onClick={() => void submit()}>
          {runs > 1 ? `Add ${runs} runs to the queue` : 'Add to queue'}
        </Button>
        {reason !== null && <p className={css.reason}>{reason}</p>}
      </div>
    </div>
  )
}
