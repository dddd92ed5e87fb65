import { useMemo } from 'react'
import { StepFlag } from '../../../contract/dataset.ts'
import { STEP_FLAG_NAMES } from '../../../contract/step-flags.ts'
import type { StepFlagName } from '../../../contract/step-flags.ts'
import type { PlotCursor } from '../../plot/plot-cursor.ts'
import { SpanStrip } from '../../plot/span-strip.tsx'
import type { SpanRow } from '../../plot/span-strip.tsx'
import type { ColourToken } from '../../plot/theme-colours.ts'
import type { EpisodeSignals } from './episode-signals.ts'
import { durationOf } from './episode-signals.ts'
import { FLAG_WORDS } from './flag-words.ts'

/** Slowed and clipped steps are bands over the lanes already. */
const SHOWN = STEP_FLAG_NAMES.filter((name) => name !== 'slowed' && name !== 'clipped')

const COLOURS: Partial<Record<StepFlagName, ColourToken>> = {
  held: 'bad',
  decayed: 'bad',
  gap: 'bad',
  badAction: 'd3',
  late: 't2',
  warned: 't2',
}

/** Rows of the flags that occur in an episode, in words, with the stretches where each is set. */
export function flagRows({ flags, times, steps }: Pick<EpisodeSignals, 'flags' | 'times' | 'steps'>): SpanRow[] {
  return SHOWN.map((name): SpanRow => {
    const bit = StepFlag[name]
    const spans: [number, number][] = []
    for (let t = 0; t < steps; t++) {
      if (((flags[t] ?? 0) & bit) === 0) continue
      const last = spans.at(-1)
      const [from, to] = [times[t] ?? 0, times[t + 1] ?? 0]
      if (last && last[1] === from) last[1] = to
      else spans.push([from, to])
    }
    const { short, says } = FLAG_WORDS[name]
    return { name: short, title: says, colour: COLOURS[name] ?? 'warn', spans }
  }).filter(({ spans }) => spans.length > 0)
}

type Props = { signals: EpisodeSignals; cursor: PlotCursor; nameWidth: number }

/** What the supervisor and the control thread noted, over time. */
export function FlagStrip({ signals, cursor, nameWidth }: Props) {
  const rows = useMemo(() => flagRows(signals), [signals])
  const xRange = useMemo(() => [0, durationOf(signals)] as const, [signals])
  if (rows.length === 0) return null
  return <SpanStrip label="Notes of the supervisor" rows={rows} xRange={xRange} cursor={cursor} nameWidth={nameWidth} />
}
