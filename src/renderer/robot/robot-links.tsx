import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { api } from '../state/api.ts'
import { useRobot } from '../state/robot-store.ts'
import { go } from '../state/route.ts'
import { HandDialog } from './hand-dialog.tsx'
import { LimitsDialog } from './limits-dialog.tsx'
import { TimingDialog } from './timing-dialog.tsx'
import { TroublesDialog } from './troubles-dialog.tsx'
import css from './robot-screen.module.css'

/** What belongs to the arm but is not needed at each start: incidents, the Hand, limits, times, and the report for others. */
export function RobotLinks() {
  const incidents = useRobot((state) => state.incidents?.length ?? null)
  const [open, setOpen] = useState<'hand' | 'limits' | 'timing' | 'troubles' | null>(null)
  const [copied, setCopied] = useState('Copy report')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await api.robot.report.query())
      setCopied('Report copied')
    } catch {
      setCopied('Not copied')
    }
  }
  const close = () => setOpen(null)
  return (
    <span className={css.links}>
      <Button size="small" kind="quiet" onClick={() => go('incidents')}>
        {incidents === null ? 'Incidents' : `Incidents: ${incidents}`}
      </Button>
      <Button size="small" kind="quiet" onClick={() => setOpen('hand')}>
        Hand
      </Button>
      <Button size="small" kind="quiet" onClick={() => setOpen('limits')}>
        Limits
      </Button>
      <Button size="small" kind="quiet" onClick={() => setOpen('timing')}>
        Times
      </Button>
      <Button size="small" kind="quiet" onClick={() => setOpen('troubles')}>
        Troubles
      </Button>
      <Button
        size="small"
        kind="quiet"
        title="Versions, kernel, governor, link and the last incident"
        onClick={() => void copy()}
      >
        {copied}
      </Button>
      {open === 'hand' && <HandDialog onClose={close} />}
      {open === 'limits' && <LimitsDialog onClose={close} />}
      {open === 'timing' && <TimingDialog onClose={close} />}
      {open === 'troubles' && <TroublesDialog onClose={close} />}
    </span>
  )
}
