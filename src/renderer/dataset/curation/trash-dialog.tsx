import { useCallback, useState } from 'react'
import { TRASH_DAYS } from '../../../contract/trash.ts'
import type { TrashEntry } from '../../../contract/trash.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { formatBytes, formatClock, formatDay, formatNumber } from '../../parts/format.ts'
import { Notice } from '../../parts/notice.tsx'
import text from '../../parts/text.module.css'
import { api } from '../../state/api.ts'
import { usePress } from '../../state/press.ts'
import css from './curation.module.css'
import { useLoaded } from '../use-loaded.ts'

const DAY_MS = 86_400_000

const readTrash = (): Promise<TrashEntry[]> => api.curation.trash.query()

/** What was put away: back to where it was, or erased for good, one press at a time. */
export function TrashDialog({ onClose }: { onClose: () => void }) {
  const [version, setVersion] = useState(0)
  const entries = useLoaded('trash', String(version), readTrash)
  const [erasing, setErasing] = useState<string | null>(null)
  const { busy, problem, press } = usePress()
  const act = useCallback(
    async (call: () => Promise<unknown>) => {
      await press(call)
      setErasing(null)
      setVersion((now) => now + 1)
    },
    [press],
  )
  const wrong = problem ?? entries.problem
  return (
    <Dialog
      open
      title="Trash"
      description={`Everything can be restored for ${TRASH_DAYS} days, and later until somebody erases it. Nothing is erased by itself.`}
      width={680}
      onClose={onClose}
    >
      {wrong && (
        <Notice kind="bad" title={wrong.message}>
          {wrong.tip}
        </Notice>
      )}
      <ul className={css.entries} aria-label="In the trash">
        {entries.value?.map((entry) => (
          <li key={entry.id}>
            <Entry entry={entry} />
            {erasing === entry.id ? (
              <>
                <span className={text.bad}>Erase it for good?</span>
                <Button
                  size="small"
                  disabled={busy}
                  onClick={() => void act(() => api.curation.erase.mutate({ id: entry.id }))}
                >
                  Erase
                </Button>
                <Button size="small" onClick={() => setErasing(null)}>
                  Keep
                </Button>
              </>
            ) : (
              <>
                <Button
                  size="small"
                  disabled={busy}
                  onClick={() => void act(() => api.curation.restore.mutate({ id: entry.id }))}
                >
                  Restore
                </Button>
                <Button size="small" kind="quiet" onClick={() => setErasing(entry.id)}>
                  Erase…
                </Button>
              </>
            )}
          </li>
        ))}
        {entries.value?.length === 0 && <li className={text.dim}>The trash is empty.</li>}
      </ul>
      <DialogActions>
        <span className={`${css.total} ${text.dim} ${text.small}`}>{total(entries.value ?? [])}</span>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}

function Entry({ entry: { kind, name, originalPath, trashedAt, bytes } }: { entry: TrashEntry }) {
  const [now] = useState(() => Date.now())
  const days = Math.floor((now - trashedAt) / DAY_MS)
  const left = TRASH_DAYS - days
  return (
    <div>
      <b title={originalPath}>{name}</b>
      <small>
        {kind === 'view' ? 'View' : 'Dataset'}, {sizeText(bytes)} · put away {formatDay(trashedAt)},{' '}
        {formatClock(trashedAt)} · {left > 0 ? `${formatNumber(left)} days left` : `older than ${TRASH_DAYS} days`}
      </small>
    </div>
  )
}

function sizeText(bytes: number): string {
  const [value, unit] = formatBytes(bytes)
  return `${value}\u00a0${unit}`
}

const total = (entries: readonly TrashEntry[]): string =>
  entries.length === 0 ? '' : `${sizeText(entries.reduce((sum, { bytes }) => sum + bytes, 0))} in all`
