import { robotName } from '../../contract/robot.ts'
import type { RobotState } from '../../contract/robot.ts'
import { hostLines } from './preflight/host-lines.ts'
import type { IncidentStore } from './incident/incident-store.ts'

/** Versions, computer, link and the newest incident in plain text, whole: what a question to others should carry. */
export async function robotReport(state: RobotState, incidents: IncidentStore): Promise<string> {
  const lines = ['Forager report', '', ...hostLines(), ...linkLines(state)].map((line) =>
    Array.isArray(line) ? `  ${line[0]}: ${line[1]}` : line,
  )
  return `${lines.join('\n')}\n\n${await lastIncident(incidents)}`
}

function linkLines(state: RobotState): [string, string][] {
  const { packets, roundTripMs: trip } = state
  return [
    [
      'Robot',
      state.link === 'disconnected'
        ? 'not connected'
        : state.simulated
          ? `simulated ${robotName(state.protocol)}`
          : robotName(state.protocol),
    ],
    ['Protocol', state.protocol === null ? 'not read' : String(state.protocol)],
    ['Link', state.ageMs === null ? state.link : `${state.link}, last news ${Math.round(state.ageMs)} ms ago`],
    ['Mode', state.mode],
    ['Error flags', state.errors.join(', ') || 'none'],
    ['States', `${packets.received} received, ${packets.lost} lost`],
    ['Success rate', packets.successRate === null ? 'no motion runs' : packets.successRate.toFixed(2)],
    [
      'Round trip',
      trip === null ? 'no motion ran' : `mean ${trip.mean.toFixed(2)} ms, worst ${trip.worst.toFixed(2)} ms`,
    ],
    ['Last stop', state.stop === null ? 'none' : `${state.stop.code}: ${state.stop.message}`],
  ]
}

async function lastIncident(incidents: IncidentStore): Promise<string> {
  const [newest] = incidents.list.current().filter(({ problem }) => problem === null)
  return newest === undefined ? 'No incident is on record.\n' : (await incidents.read(newest.id)).report
}
