import type { RobotState } from '../../contract/robot.ts'
import { api, problemOf } from '../state/api.ts'
import { useRobot } from '../state/robot-store.ts'
import { go } from '../state/route.ts'

/** Makes a lost link again, to the same arm; a simulated one is started anew. A refusal is shown on the Robot screen. */
export async function reconnect({ address, simulated }: RobotState): Promise<void> {
  useRobot.setState({ connectProblem: null })
  try {
    if (simulated) await api.robot.connectSimulated.mutate()
    else if (address !== null) await api.robot.connect.mutate(address)
  } catch (error) {
    useRobot.setState({ connectProblem: problemOf(error) })
    go('robot')
  }
}
