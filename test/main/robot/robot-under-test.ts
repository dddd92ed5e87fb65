import { HostLoadWatch } from '../../../src/main/robot/preflight/host-load.ts'
import { IncidentRecorder } from '../../../src/main/robot/incident/incident-recorder.ts'
import { IncidentStore } from '../../../src/main/robot/incident/incident-store.ts'
import { LimitSettings } from '../../../src/main/robot/limit-settings.ts'
import { Robot } from '../../../src/main/robot/robot.ts'
import { forkSimulator } from '../../../src/main/robot/simulated-robot.ts'
import { StopBoxChoice } from '../../../src/main/robot/stop-box-choice.ts'

/** The owner of the arm as the station puts it together, with all its real parts, in the folder `home`. */
export function robotUnderTest(options: { home: string; stopBoxChoice?: StopBoxChoice }): {
  robot: Robot
  incidents: IncidentStore
  limits: LimitSettings
} {
  const { home, stopBoxChoice = new StopBoxChoice(home) } = options
  const incidents = new IncidentStore(home)
  const limits = new LimitSettings(home)
  const load = new HostLoadWatch()
  const robot = new Robot({
    launchSimulator: forkSimulator,
    stopBoxChoice,
    limits,
    incidents: (onProblem) => new IncidentRecorder(incidents, load, onProblem),
  })
  return { robot, incidents, limits }
}
