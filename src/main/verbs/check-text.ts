import type { CheckFigures, CheckReport } from '../../contract/dataset.ts'

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`

/** One line: whether the data are good, and how many findings there are. */
export function checkVerdict({ ok, problems, episodes }: CheckReport): string {
  const damaged = problems.filter(({ severity }) => severity === 'problem')
  const bad = new Set(damaged.map(({ episode }) => episode).filter((episode) => episode !== null)).size
  const notes = problems.length - damaged.length
  if (ok) return `All ${episodes} episodes are intact.${notes > 0 ? ` Notes: ${notes}.` : ''}`
  // Where one kind is found too often to name each episode, the report says so in a line of its own.
  return `At least ${bad} of ${episodes} episodes have problems: ${damaged.length} findings.`
}

/** How the data were recorded, a fact a line. */
export function figureLines(figures: CheckFigures): string[] {
  const { idle, clipped, slowed, late, saturated, stepP99Ms, longestStepMs, holes, trackingRms } = figures
  const motion = [
    `clipped ${percent(clipped)}`,
    `slowed ${percent(slowed)}`,
    `late ${percent(late)}`,
    ...(idle === null ? [] : [`idle ${percent(idle)}`]),
    `sent actions at their bound ${percent(saturated)}`,
  ]
  const tracking = trackingRms === null ? '' : `; moved and sent joint speed differ by ${trackingRms.toFixed(4)} rad/s`
  return [
    `steps: ${motion.join(', ')}${tracking}`,
    `time of a step: 99 % within ${stepP99Ms.toFixed(1)} ms, longest ${longestStepMs.toFixed(1)} ms, holes ${holes}`,
  ]
}

/** The same for scripts. */
export function figuresJson(figures: CheckFigures): Record<string, number | null> {
  const { transitions, idle, clipped, slowed, late, saturated, stepP99Ms, longestStepMs, holes, trackingRms } = figures
  return {
    transitions,
    idle_share: idle,
    clipped_share: clipped,
    slowed_share: slowed,
    late_share: late,
    saturated_share: saturated,
    step_p99_ms: stepP99Ms,
    longest_step_ms: longestStepMs,
    holes,
    tracking_rms: trackingRms,
  }
}
