/**
 * End reasons in words, shapes and colours, and the stacked bar with its counts.
 *   END_REASONS['step-limit'] -> { label: 'Full length', glyph: 'wait', colour: 't2' }
 *   <EndReasonBar counts={{ 'step-limit': 119, 'safety-limit': 17 }} />
 */
import type { EndReason } from '../../contract/dataset.ts'
import css from './end-reasons.module.css'
import { formatNumber } from './format.ts'
import type { GlyphKind } from './glyph.tsx'
import text from './text.module.css'

export interface EndReasonText {
  label: string
  glyph: GlyphKind
  /** Token without the leading dashes. */
  colour: 't2' | 'warn' | 'bad' | 'd3' | 'edge'
}

export const END_REASONS: Record<EndReason, EndReasonText> = {
  'step-limit': { label: 'Full length', glyph: 'wait', colour: 't2' },
  terminal: { label: 'Terminal', glyph: 'wait', colour: 't2' },
  'safety-limit': { label: 'Safety limit', glyph: 'warn', colour: 'warn' },
  reflex: { label: 'Reflex', glyph: 'bad', colour: 'bad' },
  'operator-stop': { label: 'Stopped by a person', glyph: 'hold', colour: 'd3' },
  // Only the last episode of a full dataset has it: a way home that was really interrupted leaves no episode.
  'reset-interrupted': { label: 'Target reached', glyph: 'wait', colour: 't2' },
  crash: { label: 'Cut by a crash', glyph: 'warn', colour: 'edge' },
}

export function EndReasonBar({ counts }: { counts: Readonly<Record<string, number>> }) {
  const present = (Object.keys(END_REASONS) as EndReason[]).flatMap((reason) => {
    const count = counts[reason] ?? 0
    return count > 0 ? [{ ...END_REASONS[reason], reason, count }] : []
  })
  if (present.length === 0) return <p className={text.dim}>No episode is finished yet.</p>
  return (
    <>
      <div className={css.bar} aria-hidden="true">
        {present.map(({ reason, colour, count }) => (
          <i key={reason} style={{ flex: count, background: `var(--${colour})` }} />
        ))}
      </div>
      <ul>
        {present.map(({ reason, colour, label, count }) => (
          <li key={reason} className={css.line}>
            <i style={{ background: `var(--${colour})` }} />
            <span>{label}</span>
            <b>{formatNumber(count)}</b>
          </li>
        ))}
      </ul>
    </>
  )
}
