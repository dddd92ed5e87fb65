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
  const release = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = undefined
    setHolding(false)
  }, [])
  useEffect(() => release, [release])
  const press = () => {
    if (timer.current !== undefined) return
    setHolding(true)
    timer.current = setTimeout(() => {
      release()
      onDone()
    }, HOLD_MS)
  }
  return (
    <button
      type="button"
      className={classNames(css.hold, holding && css.filling)}
      disabled={reason !== null}
      title={reason ?? 'Hold for 1 second'}
      onPointerDown={(event) => event.button === 0 && press()}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      onBlur={release}
      onKeyDown={(event) => event.key === 'Enter' && press()}
      onKeyUp={(event) => event.key === 'Enter' && release()}
    >
      <span>{label}</span>
    </button>
  )
}
