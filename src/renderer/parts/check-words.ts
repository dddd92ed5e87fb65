import type { CheckFigures, CheckReport } from '../../contract/dataset.ts'
import type { PassProgress } from '../../contract/dataset-coverage.ts'
import { formatDuration, formatNumber, formatPercent, toDegrees } from './format.ts'
import type { GlyphKind } from './glyph.tsx'

/** What is said of a check, in a line: `title` is the verdict. */
export type CheckWords = { kind: 'plain' | 'warn' | 'bad'; glyph: GlyphKind; title: string; rest: string }

/** While it runs; numbers only where it takes a while. */
export function checkingWords(progress: PassProgress | null): CheckWords {
  const rest =
    progress === null || progress.etaS === null || progress.etaS < 1
      ? 'Every episode is read and compared with its checksum.'
      : `${formatNumber(progress.done)} of ${formatNumber(progress.of)} steps, ${formatDuration(progress.etaS)} left.`
  return { kind: 'plain', glyph: 'act', title: 'Checking.', rest }
}

export function failedCheckWords(why: string): CheckWords {
  return { kind: 'bad', glyph: 'bad', title: 'The check could not be done.', rest: why }
}

export function checkWords({ ok, problems, episodes, excludedEpisodes, figures }: CheckReport): CheckWords {
  if (ok) {
    const notes = problems.length === 0 ? '' : `${counted(problems.length, 'note')}. `
    const which =
      excludedEpisodes > 0 ? `All ${formatNumber(episodes)} kept episodes` : `All ${formatNumber(episodes)} episodes`
    const rest = `${which} match their checksums. ${notes}${shares(figures)}`
    return { kind: 'plain', glyph: 'ok', title: 'Check: good.', rest }
  }
  const damaged = problems.filter(({ code }) => code === 'episode-damaged').length
  if (damaged > 0) {
    const rest = `The other ${formatNumber(episodes - damaged)} match their checksums.`
    return { kind: 'warn', glyph: 'warn', title: `${counted(damaged, 'episode')} cannot be read.`, rest }
  }
  const bad = problems.filter(({ severity }) => severity === 'problem')
  return {
    kind: 'plain',
    glyph: 'warn',
    title: `Check: ${counted(bad.length, 'problem')}.`,
    rest: bad[0]?.message ?? '',
  }
}

const counted = (count: number, noun: string): string => `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`

function shares({ transitions, slowed, clipped }: CheckFigures): string {
  if (transitions === 0) return ''
  return `${formatPercent(slowed)} % of steps slowed, ${formatPercent(clipped)} % clipped.`
}

/** How the run was recorded, a fact a line, for everybody to judge. */
export function figureWords(figures: CheckFigures): string[] {
  const { idle, clipped, slowed, late, saturated, stepP99Ms, longestStepMs, holes, trackingRms } = figures
  const percent = (share: number): string => `${formatPercent(share)} %`
  const motion = [
    `${percent(clipped)} of steps clipped`,
    `${percent(slowed)} slowed`,
    `${percent(late)} late`,
    ...(idle === null ? [] : [`${percent(idle)} idle`]),
    `${percent(saturated)} of sent actions at their bound`,
  ]
  const longest = `the longest ${longestStepMs.toFixed(1)} ms`
  return [
    `${motion.join(', ')}.`,
    `99 % of steps took at most ${stepP99Ms.toFixed(1)} ms, ${longest}; ${counted(holes, 'hole')}.`,
    ...(trackingRms === null ? [] : [`Moved and sent joint speed differ by ${toDegrees(trackingRms).toFixed(2)} °/s.`]),
  ]
}
