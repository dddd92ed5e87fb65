import { formatBytes, formatClockSeconds, formatNumber } from '../parts/format.ts'
import text from '../parts/text.module.css'
import { useNow } from '../state/now.ts'
import { isRunOpen, uncommittedSteps, useSession } from '../state/session-store.ts'
import { useStation } from '../state/station-store.ts'
import { useTheme } from '../state/theme.ts'
import css from './footer.module.css'

/** Below this the session refuses to go on; shown as a caution before. */
const DISK_CAUTION_BYTES = 5e9

export function Footer({ onHelp }: { onHelp: () => void }) {
  const { theme, toggle } = useTheme()
  return (
    <footer className={css.foot}>
      <Disk />
      <LateTicks />
      <Clock />
      <Version />
      <span className={css.space} />
      <span>Danger? Use the hardware stop. STOP here is software.</span>
      <button type="button" onClick={toggle} aria-label={`Theme: ${theme}. Change`}>
        Theme
      </button>
      <button type="button" onClick={onHelp}>
        Keys <kbd>?</kbd>
      </button>
    </footer>
  )
}

function Disk() {
  const free = useStation((station) => station.diskFree)
  if (free === null) return null
  return (
    <span className={free < DISK_CAUTION_BYTES ? text.warn : undefined}>Disk {formatBytes(free).join(' ')} free</span>
  )
}

function LateTicks() {
  const progress = useSession((session) => session.progress)
  if (progress === null || !isRunOpen(progress)) return null
  const steps = progress.transitions - progress.resumedFrom + uncommittedSteps(progress)
  return (
    <span className={css.number}>
      Late ticks {formatNumber(progress.lateTicks)} of {formatNumber(steps)}
    </span>
  )
}

function Clock() {
  return <span className={`${text.wideOnly} ${css.number}`}>Clock {formatClockSeconds(useNow())}</span>
}

function Version() {
  const version = useStation((station) => station.version)
  return version === '' ? null : <span className={text.wideOnly}>Forager {version}</span>
}
