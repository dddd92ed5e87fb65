import { Notice } from '../parts/notice.tsx'
import { formatAge } from '../parts/format.ts'
import { useNow } from '../state/now.ts'
import { useStation } from '../state/station-store.ts'
import css from './lost-banner.module.css'

/** A row under the top bar while the station cannot be reached, or while a STOP is known to have gone nowhere. */
export function LostBanner() {
  const { link, since, stopProblem } = useStation()
  const now = useNow()
  if (stopProblem !== null)
    return (
      <div className={css.banner}>
        <Notice kind="bad" title={stopProblem.message}>
          {stopProblem.tip}
        </Notice>
      </div>
    )
  if (link !== 'lost') return null
  const [age, unit] = formatAge(Math.max(0, now - since))
  return (
    <div className={css.banner}>
      <Notice
        kind="bad"
        title={`The station has not answered for ${age} ${unit}. STOP in this window cannot reach it.`}
      >
        Without this window the supervisor stops the arm by itself. Use the hardware stop, look at the arm, then start
        the station again. This window connects by itself.
      </Notice>
    </div>
  )
}
