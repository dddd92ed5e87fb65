import { useState } from 'react'
import type { ImportPreview } from '../../../contract/exchange-job.ts'
import { worldNameSchema } from '../../../contract/world.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { formatBytes, formatNumber, NBSP } from '../../parts/format.ts'
import { KeyValue, KeyValueRow } from '../../parts/key-value.tsx'
import { ProblemNotice } from '../../parts/problem-notice.tsx'
import { Select } from '../../parts/select.tsx'
import { api } from '../../state/api.ts'
import { usePress } from '../../state/press.ts'
import { ExchangeLines } from './exchange-lines.tsx'
import { useExchange } from './exchange-store.ts'
import css from './exchange.module.css'

/** Lets the file decide. */
const BY_THE_FILE = 'file'
const WORLDS = [
  { value: BY_THE_FILE, label: 'The file decides' },
  ...worldNameSchema.options.map((world) => ({ value: world as string, label: world as string })),
]

/** Makes a dataset of another tool's file or folder: looked at first, then taken in under a name. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [path, setPath] = useState('')
  const [world, setWorld] = useState(BY_THE_FILE)
  const [period, setPeriod] = useState('')
  const [seen, setSeen] = useState<{ key: string; preview: ImportPreview } | null>(null)
  const { busy, problem, press, clear } = usePress()
  const jobs = useExchange((state) => state.jobs).filter(({ kind }) => kind === 'import')
  const stepPeriodS = period.trim() === '' ? null : Number(period)
  const wrongPeriod = stepPeriodS !== null && !(stepPeriodS > 0 && stepPeriodS <= 60)
  const order = { path, world: world === BY_THE_FILE ? null : world, stepPeriodS }
  const key = JSON.stringify(order)
  const look = () => press(async () => setSeen({ key, preview: await api.exchange.look.query(order) }))
  return (
    <Dialog
      open
      title="Import a dataset"
      description="D4RL, Minari, LeRobot, Parquet or CSV. It is read where it lies; a dataset of this station is made of it."
      onClose={onClose}
    >
      <ExchangeLines jobs={jobs.slice(0, 3)} />
      <ProblemNotice problem={problem} />
      <div className={css.form}>
        <Field
          label="File or folder on the station's computer"
          value={path}
          onChange={(text) => {
            setPath(text)
            clear()
          }}
          wide
        />
        <Select label="World that made it" options={WORLDS} value={world} onChange={setWorld} />
        <Field
          label="Time of a step; empty: as in the file"
          value={period}
          onChange={setPeriod}
          unit="s"
          numeric
          invalid={wrongPeriod ? 'Between 0 and 60 s, or empty' : null}
        />
      </div>
      {seen?.key === key ? (
        <Preview
          order={order}
          preview={seen.preview}
          onTaken={() => {
            setSeen(null)
            setPath('')
          }}
          onClose={onClose}
        />
      ) : (
        <DialogActions>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            disabled={busy}
            reason={path.trim() === '' ? 'Type a path first.' : wrongPeriod ? 'The time of a step is not valid.' : null}
            onClick={() => void look()}
          >
            {busy ? 'Looking at it' : 'Look at it'}
          </Button>
        </DialogActions>
      )}
    </Dialog>
  )
}

interface PreviewProps {
  order: { path: string; world: string | null; stepPeriodS: number | null }
  preview: ImportPreview
  onTaken: () => void
  onClose: () => void
}

/** What it is believed to hold, and the name that it gets. */
function Preview({ order, preview, onTaken, onClose }: PreviewProps) {
  const [name, setName] = useState(() => nameFrom(order.path))
  const { busy, problem, press } = usePress()
  const take = async () => {
    if (await press(() => api.exchange.import.mutate({ ...order, name }))) onTaken()
  }
  return (
    <>
      <div className={css.preview}>
        <Facts preview={preview} />
        <Beliefs beliefs={preview.beliefs} />
      </div>
      <div className={css.form}>
        <Field
          label="Name of the new dataset"
          value={name}
          onChange={setName}
          wide
          invalid={problem === null ? null : `${problem.message} ${problem.tip}`}
        />
      </div>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button
          kind="primary"
          disabled={busy}
          reason={name.trim() === '' ? 'Give the dataset a name.' : null}
          onClick={() => void take()}
        >
          Import as {name.trim() === '' ? '…' : name.trim()}
        </Button>
      </DialogActions>
    </>
  )
}

/** Last part of the path as a name may be: letters, digits, dots, hyphens and underscores. */
function nameFrom(path: string): string {
  const last =
    path
      .trim()
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? ''
  const plain = last.replace(/\.(csv|parquet|hdf5|h5)$/i, '').replace(/[^A-Za-z0-9._-]+/g, '-')
  return plain.replace(/^[^A-Za-z0-9]+/, '').slice(0, 80)
}

function Facts({ preview }: { preview: ImportPreview }) {
  const { label, bytes, world, episodes, transitions, stepPeriodS, observation, action, hasReward, producer } = preview
  const count = (value: number | null) => (value === null ? 'not known before it is read' : formatNumber(value))
  return (
    <KeyValue align="left">
      <KeyValueRow label="Format">
        {label}, {formatBytes(bytes).join(NBSP)}
        {producer === '' ? '' : `, by ${producer}`}
      </KeyValueRow>
      <KeyValueRow label="World">{world}</KeyValueRow>
      <KeyValueRow label="Episodes">{count(episodes)}</KeyValueRow>
      <KeyValueRow label="Transitions">{count(transitions)}</KeyValueRow>
      <KeyValueRow label="Step">
        {formatNumber(stepPeriodS * 1000, 1)}
        {NBSP}ms
      </KeyValueRow>
      <KeyValueRow label="Observation">{columnsText(observation)}</KeyValueRow>
      <KeyValueRow label="Action">{columnsText(action)}</KeyValueRow>
      <KeyValueRow label="Reward">{hasReward ? 'of its own' : 'none'}</KeyValueRow>
    </KeyValue>
  )
}

/** `q1 to q7 [rad], dq1 to dq7 [rad/s]`: runs of one unit. */
function columnsText(columns: readonly { name: string; unit: string }[]): string {
  const runs: { first: string; last: string; unit: string }[] = []
  for (const { name, unit } of columns) {
    const run = runs.at(-1)
    if (run?.unit === unit) run.last = name
    else runs.push({ first: name, last: name, unit })
  }
  return runs
    .map(
      ({ first, last, unit }) =>
        `${first === last ? first : `${first} to ${last}`} [${unit === '' ? 'no unit' : unit}]`,
    )
    .join(', ')
}

function Beliefs({ beliefs }: { beliefs: readonly string[] }) {
  if (beliefs.length === 0) return <p className={css.room}>The file says everything itself; nothing is assumed.</p>
  return (
    <div className={css.losses}>
      <h2>Assumed, because the file does not say it</h2>
      <ul>
        {beliefs.map((belief) => (
          <li key={belief}>{belief}</li>
        ))}
      </ul>
    </div>
  )
}
