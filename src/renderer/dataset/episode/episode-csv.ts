import type { RunSheet } from '../../../contract/dataset.ts'
import type { EpisodeSignals } from './episode-signals.ts'
import { flagsOf } from './flag-words.ts'

const shorten = (value: number | undefined): string => (value === undefined ? '' : String(Number(value.toPrecision(9))))

/**
 * Steps [from, to] of an episode, SI units, one row a step. The last row of an episode is the state after the last
 * action, so its action fields are empty.
 */
export function episodeCsv(
  signals: EpisodeSignals,
  sheet: Pick<RunSheet, 'observation' | 'action'>,
  from: number,
  to: number,
): string {
  const { observationSize, actionSize } = signals
  const head = [
    'step',
    'time_s',
    ...sheet.observation.map(({ name, unit }) => withUnit(name, unit)),
    ...sheet.action.map(({ name }) => `asked_${name}`),
    ...sheet.action.map(({ name }) => `sent_${name}`),
    'tip_x_m',
    'tip_y_m',
    'tip_z_m',
    'flags',
    'flag_names',
  ]
  const lines = [head.join(',')]
  for (let step = from; step <= to; step++) {
    const acted = step < signals.steps
    const action = (rows: Float32Array): string[] =>
      Array.from({ length: actionSize }, (_, a) => (acted ? shorten(rows[step * actionSize + a]) : ''))
    lines.push(
      [
        String(step),
        shorten(signals.times[step]),
        ...Array.from({ length: observationSize }, (_, s) => shorten(signals.observations[step * observationSize + s])),
        ...action(signals.asked),
        ...action(signals.sent),
        ...[0, 1, 2].map((axis) => shorten(signals.tooltip[3 * step + axis])),
        acted ? String(signals.flags[step] ?? 0) : '',
        acted ? flagsOf(signals.flags[step] ?? 0).join(' ') : '',
      ].join(','),
    )
  }
  return `${lines.join('\n')}\n`
}

/** `dq1` in rad/s becomes `dq1_rad_per_s`: a header that needs no quotes. */
function withUnit(name: string, unit: string): string {
  const plain = unit.replace('/', '_per_').replace(/[^A-Za-z0-9_]/g, '')
  return plain === '' ? name : `${name}_${plain}`
}
