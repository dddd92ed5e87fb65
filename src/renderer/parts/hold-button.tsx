/**
 * Acts after being held for 1 s, by mouse, touch or the Enter key. For re-arming only.
 *   <HoldButton label="Re-arm: hold for 1 s" reason={null} onDone={() => ...} />
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { classNames } from './class-names.ts'
import css from './hold-button.module.css'

const HOLD_MS = 1000

interface Props {
  label: string
  reason: string | null
  onDone: () => void
}

export function HoldButton({ label, reason, onDone }: Props) {
  const [holding, setHolding] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const pressedAt = useRef(0)
  const cancel = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = undefined
    setHolding(false)
  }, [])
  useEffect(() => cancel, [cancel])
  const finish = () => {
    if (timer.current === undefined) return
    cancel()
    onDone()
  }
  const press = (at: number) => {
    if (timer.current !== undefined) return
    pressedAt.current = at
    setHolding(true)
    timer.current = setTimeout(finish, HOLD_MS)
  }
  // On a busy machine the release can overtake the timer; the times of the two events decide.
  const release = (at: number) => (at - pressedAt.current >= HOLD_MS ? finish() : cancel())
  return (
    <button
      type="button"
      className={classNames(css.hold, holding && css.filling)}
      disabled={reason !== null}
      title={reason ?? 'Hold for 1 second'}
      onPointerDown={(event) => event.button === 0 && press(event.timeStamp)}
      onPointerUp={(event) => release(event.timeStamp)}
      onPointerLeave={cancel}
      onPointerCancel={cancel}
      onBlur={cancel}
      onKeyDown={(event) => event.key === 'Enter' && press(event.timeStamp)}
      onKeyUp={(event) => event.key === 'Enter' && release(event.timeStamp)}
    >
      <span>{label}</span>
    </button>
  )
}
