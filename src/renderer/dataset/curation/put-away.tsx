import { useState } from 'react'
import type { DatasetSummary } from '../../../contract/dataset.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { ProblemNotice } from '../../parts/problem-notice.tsx'
import { api } from '../../state/api.ts'
import { usePress } from '../../state/press.ts'

/** Puts a dataset of the station's folder into the trash, or takes one from elsewhere off the list. */
export function PutAway({ summary }: { summary: DatasetSummary }) {
  const [asked, setAsked] = useState(false)
  const recording = summary.state === 'recording' ? 'It is being recorded' : null
  return (
    <>
      <Button size="small" kind="quiet" reason={recording} onClick={() => setAsked(true)}>
        Put into the trash…
      </Button>
      {asked && <PutAwayDialog summary={summary} onClose={() => setAsked(false)} />}
    </>
  )
}

function PutAwayDialog({ summary, onClose }: { summary: DatasetSummary; onClose: () => void }) {
  const { id, name, path, state } = summary
  const { busy, problem, press } = usePress()
  const elsewhere = problem?.code === 'dataset-elsewhere' || state === 'missing'
  const act = async (call: () => Promise<unknown>) => {
    if (await press(call)) onClose()
  }
  return (
    <Dialog
      open
      title={elsewhere ? `Take ${name} off the list?` : `Put ${name} into the trash?`}
      description={
        elsewhere
          ? `Its file stays where it is: ${path}`
          : 'It can be restored from there. Policies that were trained from it stay; views that need it say that it is gone.'
      }
      width={520}
      onClose={onClose}
    >
      <ProblemNotice problem={elsewhere ? null : problem} />
      <DialogActions>
        {elsewhere ? (
          <Button kind="primary" disabled={busy} onClick={() => void act(() => api.curation.forget.mutate({ id }))}>
            Take off the list
          </Button>
        ) : (
          <Button
            kind="primary"
            disabled={busy}
            onClick={() => void act(() => api.curation.putAway.mutate({ kind: 'dataset', id }))}
          >
            Put into the trash
          </Button>
        )}
        <Button onClick={onClose}>Keep</Button>
      </DialogActions>
    </Dialog>
  )
}
