import type { StepRange } from '../../../contract/curation.ts'
import { Button } from '../../parts/button.tsx'
import { classNames } from '../../parts/class-names.ts'
import { formatNumber } from '../../parts/format.ts'
import text from '../../parts/text.module.css'
import type { PlotCursor } from '../../plot/plot-cursor.ts'
import curationCss from './curation.module.css'
import { curate } from './curation-store.ts'
import css from '../episode/episode-screen.module.css'
import type { EpisodeSignals } from '../episode/episode-signals.ts'
import { stepAt } from '../episode/episode-signals.ts'
import { draftTrim, endTrim, withEnd } from './trim-draft.ts'

type Props = {
  id: string
  episode: number
  subject: string
  signals: EpisodeSignals
  cursor: PlotCursor
  draft: StepRange
  /** As stored; null while the whole episode is kept. */
  kept: StepRange | null
}

/** While an episode is trimmed: what would be kept, and how to say so. */
export function TrimLine({ id, episode, subject, signals, cursor, draft, kept }: Props) {
  const { steps } = signals
  const toCursor = (end: keyof StepRange) =>
    draftTrim(subject, withEnd(draft, end, stepAt(signals, cursor.getState().at ?? 0), steps))
  const keep = async (value: StepRange | null) => {
    if (await curate(id, { kind: 'trim', episodes: [episode], value })) endTrim()
  }
  const whole = draft.from === 0 && draft.to === steps
  return (
    <div className={classNames(css.key, curationCss.trim)}>
      <span role="status">
        Keeps steps <b>{formatNumber(draft.from + 1)}</b> to <b>{formatNumber(draft.to)}</b> of {formatNumber(steps)}
        <span className={text.dim}>. The rest stays in the file; training leaves it out.</span>
      </span>
      <span className={css.space} />
      <Button size="small" onClick={() => toCursor('from')}>
        Begin at cursor
      </Button>
      <Button size="small" onClick={() => toCursor('to')}>
        End at cursor
      </Button>
      <Button
        size="small"
        kind="primary"
        reason={whole && kept === null ? 'Nothing is cut off' : null}
        onClick={() => void keep(whole ? null : draft)}
      >
        Keep these steps
      </Button>
      {kept && (
        <Button size="small" onClick={() => void keep(null)}>
          Keep the whole
        </Button>
      )}
      <Button size="small" kind="quiet" onClick={endTrim}>
        Cancel
      </Button>
    </div>
  )
}
