import { useState } from 'react'
import type { ActionChoice } from '../../contract/exchange.ts'
import type { DatasetSummary } from '../../contract/dataset.ts'
import type { Goal, Task } from '../../contract/task.ts'
import { updatesBeforePolicy } from '../../contract/updates-before-policy.ts'
import type { Method, Mode } from '../../contract/world.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { formatNumber, parseWholeNumber } from '../parts/format.ts'
import { MethodSettings } from '../parts/method-settings.tsx'
import { MODES } from '../parts/modes.ts'
import { PaneBody } from '../parts/pane.tsx'
import { Segment } from '../parts/segment.tsx'
import { Select } from '../parts/select.tsx'
import { readSettings, type TypedSettings } from '../parts/setting-changes.ts'
import { api } from '../state/api.ts'
import { JoinedDatasets, joinable } from './joined-datasets.tsx'
import { EXPRESSION, FRESH_TASK, chosenTask, taskOptions, tasksOf } from './task-choice.ts'
import type { TaskDraft } from './task-choice.ts'
import { TaskFields } from './task-fields.tsx'
import css from './train-screen.module.css'
import { command } from './train-store.ts'
import { useTaskPreview } from './use-task-preview.ts'

interface Draft extends TaskDraft {
  dataset: string
  /** Further datasets, by id. */
  joined: string[]
  learner: string
  mode: Mode
  /** What was typed for settings, by learner. */
  settings: Readonly<Record<string, TypedSettings>>
  /** Recorded actions to learn from. */
  actions: ActionChoice
  /** Null until somebody types a count: then it is the usual one of the learner. */
  updates: string | null
  seed: string
  seeds: string
}

const ACTIONS: readonly { value: ActionChoice; label: string }[] = [
  { value: 'policy', label: 'Actions as the explorer asked' },
  { value: 'sent', label: 'Actions as sent to the arm' },
]

const FRESH: Draft = {
  dataset: '',
  joined: [],
  ...FRESH_TASK,
  learner: 'td3',
  mode: 'paper',
  settings: {},
  actions: 'policy',
  updates: null,
  seed: '1',
  seeds: '1',
}

interface Checked {
  tasks: Task[]
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

function check(draft: Draft, task: ReturnType<typeof tasksOf>, updates: string) {
  const errors = {
    task: task.error,
    updates: within(updates, 1, 100_000_000) === null ? 'A whole number from 1 to 100,000,000.' : null,
    seed: within(draft.seed, 0, 0xffffffff) === null ? 'A whole number from 0 on.' : null,
    seeds: within(draft.seeds, 1, 20) === null ? 'From 1 to 20.' : null,
  }
  const ok = Object.values(errors).every((error) => error === null)
  const order: Checked | null = ok
    ? {
        tasks: task.tasks,
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
  const chosen = chosenTask(draft, taskOptions(dataset?.world, goals))
  const task = tasksOf(chosen, draft, goals)
  const preview = useTaskPreview(dataset?.id ?? null, chosen === EXPRESSION ? (task.tasks[0] ?? null) : null, null)
  const { errors, order } = check(draft, task, updates)
  const reason =
    dataset === undefined
      ? 'Collect a dataset first.'
      : learner === undefined
        ? 'Learners are not read yet.'
        : order === null
          ? 'Correct the fields marked in red.'
          : preview.problem !== null || (preview.preview?.notFinite ?? 0) > 0
            ? 'The reward cannot be used.'
            : Object.keys(settings.errors).length > 0
              ? 'A setting of the learner cannot be used.'
              : null
  const runs = order === null ? 0 : order.tasks.length * order.seeds
  const alone = updatesBeforePolicy(learner?.settings ?? [], draft.mode, settings.changes)

  const submit = async () => {
    if (dataset === undefined || learner === undefined || order === null) return
    for (const each of order.tasks) {
      for (let k = 0; k < order.seeds; k++) {
        const accepted = await command(() =>
          api.learner.start.mutate({
            dataset: dataset.id,
            ...(joined.length > 0 && { joined }),
            task: each,
            learner: learner.name,
            mode: draft.mode,
            updates: order.updates,
            seed: order.seed + k,
            settings: settings.changes,
            actions: draft.actions,
          }),
        )
        if (!accepted) return
      }
    }
  }

  return (
    <>
      <PaneBody className={css.newRun}>
        <div className={css.form}>
          <Select
            wide
            label="Dataset"
            value={dataset?.id ?? ''}
            options={usable.map((item) => ({
              value: item.id,
              label: item.name,
              remark: formatNumber(item.transitions),
            }))}
            onChange={(value) => change({ dataset: value })}
            disabled={usable.length === 0}
          />
          <JoinedDatasets candidates={candidates} joined={joined} onChange={(ids) => change({ joined: ids })} />
          <TaskFields
            dataset={dataset}
            goals={goals}
            draft={draft}
            chosen={chosen}
            error={errors.task}
            preview={preview}
            onChange={change}
          />
          <Select
            wide
            label="Learn from"
            value={draft.actions}
            options={ACTIONS}
            onChange={(actions) => change({ actions: actions === 'sent' ? 'sent' : 'policy' })}
          />
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
          <Field
            label="Seeds"
            numeric
            value={draft.seeds}
            invalid={errors.seeds}
            onChange={(seeds) => change({ seeds })}
          />
        </div>
      </PaneBody>
      <div className={css.submit}>
        <Button kind="primary" wide reason={reason} onClick={() => void submit()}>
          {runs > 1 ? `Add ${runs} runs to the queue` : 'Add to queue'}
        </Button>
        {reason !== null && <p className={css.reason}>{reason}</p>}
        {reason === null && order !== null && order.updates <= alone && (
          <p className={css.reason}>
            The models learn alone for the first {formatNumber(alone)} updates: so few leave the policy untrained.
          </p>
        )}
      </div>
    </>
  )
}
