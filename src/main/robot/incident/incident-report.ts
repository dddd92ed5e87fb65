import type { HostLoad, IncidentHead } from '../../../contract/incident.ts'
import { native } from '../../platform/native.ts'

/** An incident in plain text, whole, as the people who maintain robots and their software ask for it. */
export function incidentReport(head: IncidentHead): string {
  const { cause } = head
  return [
    `Forager incident, ${new Date(cause.at).toISOString()}`,
    '',
    cause.title,
    cause.message,
    cause.tip,
    '',
    ...rows([
      ['Cause', cause.code],
      ['Supervisor rule', cause.rule === null ? 'none' : String(cause.rule)],
      ['Measured', measured(head)],
      ['Joint', cause.joint === null ? '–' : String(cause.joint)],
      ['Tool tip', cause.tooltip === null ? '–' : `${cause.tooltip.map((each) => each.toFixed(4)).join(', ')} m`],
      ['Time to standstill', cause.stopTime === null ? 'not known' : `${cause.stopTime.toFixed(3)} s`],
      ['Arm used by', head.user ?? 'nobody'],
    ]),
    '',
    ...flags(head.errors),
    'Robot and link',
    ...rows([
      ['Robot', head.robot.simulated ? 'simulated Panda' : head.robot.address],
      ['Protocol', head.robot.protocol === null ? '–' : String(head.robot.protocol)],
      ['Tool mass', `${head.robot.toolMass.toFixed(3)} kg`],
      ['States', `${head.link.received} received, ${head.link.lost} lost; last 10 s ${head.link.lost10s} lost`],
      ['Success rate', head.link.successRate === null ? '–' : head.link.successRate.toFixed(2)],
      ['Round trip', roundTrip(head)],
      ['Worst own cycle', `${head.link.cycleWorstUs.toFixed(0)} µs`],
      ['Clocks apart', `${(head.link.clockDrift * 100).toFixed(3)} %`],
      ['Control thread', head.link.realTimeScheduling ? 'real-time scheduling' : 'ordinary scheduling'],
    ]),
    '',
    'Computer',
    ...rows(head.host),
    ...rows([['Load around the stop', load(head.load)]]),
    '',
    `Limits in force, SHA-256 ${head.limitsHash}`,
    ...rows(
      Object.entries(head.limits).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : String(value),
      ]),
    ),
    '',
    `Signals: ${head.samples} control cycles at 1 kHz${head.complete ? '' : ', without the second after the stop'}`,
    '',
  ].join('\n')
}

function rows(list: readonly (readonly [string, string])[]): string[] {
  return list.map(([name, value]) => `  ${name}: ${value}`)
}

function measured({ cause }: IncidentHead): string {
  if (cause.value === null || cause.limit === null) return '–'
  return `${cause.value.toPrecision(4)} ${cause.unit}, limit ${cause.limit.toPrecision(4)} ${cause.unit}`
}

function roundTrip({ link }: IncidentHead): string {
  const { roundTripMs: trip } = link
  return trip === null
    ? 'not measured, no motion ran'
    : `mean ${trip.mean.toFixed(2)} ms, worst ${trip.worst.toFixed(2)} ms`
}

function flags(names: readonly string[]): string[] {
  if (names.length === 0) return []
  const known = native.errorFlags()
  const lines = names.flatMap((name) => {
    const flag = known.find((each) => each.name === name)
    return flag === undefined ? [`  ${name}`] : [`  ${name}`, `    ${flag.title}. ${flag.message} Often: ${flag.cause}`]
  })
  return ['Error flags of the robot', ...lines, '']
}

function load(samples: readonly HostLoad[]): string {
  const busy = samples.map((each) => each.busy).filter((each) => each !== null)
  if (busy.length === 0) return 'not read'
  const mean = busy.reduce((sum, each) => sum + each, 0) / busy.length
  const late = Math.max(...samples.map((each) => each.late))
  return `processors ${(100 * mean).toFixed(0)} % busy, at most ${(100 * Math.max(...busy)).toFixed(0)} %; station late by up to ${late.toFixed(0)} ms`
}
