import { setTimeout as sleep } from 'node:timers/promises'
import type { Defect } from '../../doubles/moving-program.ts'
import { Stage } from './stage.ts'
import type { Mover } from './stage.ts'

/** One way in which what moves the arm can end, or cease to answer. */
interface Way {
  begins: (stage: Stage) => Promise<Mover>
  /** Makes it happen while the arm moves. */
  happens: (mover: Mover) => unknown
  /** What brings the arm to rest: the station's ramp, or the robot by itself where nobody is left to ramp. */
  brake: 'ramp' | 'robot'
  /** It does not end the process: the arm comes to rest all the same. */
  staysAlive?: true
}

const terminal = (stage: Stage): Promise<Mover> => stage.terminal()
const station = (stage: Stage): Promise<Mover> => stage.station()
const signal =
  (name: NodeJS.Signals) =>
  ({ child }: Mover) =>
    child.kill(name)
const again = async (mover: Mover): Promise<void> => {
  mover.child.kill('SIGINT')
  await sleep(20)
  mover.child.kill('SIGINT')
}
const program = (defect: Defect): Pick<Way, 'begins' | 'happens' | 'brake'> => ({
  begins: (stage) => stage.program(defect),
  happens: ({ child }) => child.stdin?.write('now\n'),
  brake: 'ramp',
})
/** A call of a run at 20 steps a second that comes while the arm moves. */
const WHILE_MOVING = 200

const waysOut = {
  'a run at the terminal, on SIGTERM': { begins: terminal, happens: signal('SIGTERM'), brake: 'ramp' },
  'a run at the terminal, on SIGINT': { begins: terminal, happens: signal('SIGINT'), brake: 'ramp' },
  'a run at the terminal, on Ctrl+C twice': { begins: terminal, happens: again, brake: 'ramp' },
  'a run whose terminal is closed': { begins: terminal, happens: signal('SIGHUP'), brake: 'ramp' },
  'a run whose disk is full': {
    begins: (stage) => stage.terminal({ failFrom: WHILE_MOVING, error: 'ENOSPC' }),
    happens: () => undefined,
    brake: 'ramp',
  },
  'a run at the terminal that is killed': { begins: terminal, happens: signal('SIGKILL'), brake: 'robot' },
  'a run at the terminal that is suspended': {
    begins: terminal,
    happens: signal('SIGSTOP'),
    brake: 'robot',
    staysAlive: true,
  },
  'the station, on SIGTERM': { begins: station, happens: signal('SIGTERM'), brake: 'ramp' },
  'the station, on SIGINT': { begins: station, happens: signal('SIGINT'), brake: 'ramp' },
  'the station, whose terminal is closed': { begins: station, happens: signal('SIGHUP'), brake: 'ramp' },
  'the station that is killed': { begins: station, happens: signal('SIGKILL'), brake: 'robot' },
  'the station, when its only window is closed': {
    begins: station,
    happens: ({ closeWindow }) => closeWindow?.(),
    brake: 'ramp',
    staysAlive: true,
  },
  'a program with an exception that nobody catches': program('throw'),
  'a program with a rejection that nobody handles': program('reject'),
  'a program that ends by process.exit': program('exit'),
  'a thread that owned the arm and was terminated with its copy of the addon': program('unload'),
  'a policy whose thread is terminated': { ...program('end-policy'), staysAlive: true },
  'a policy that hangs': { ...program('hang-policy'), staysAlive: true },
  'a program whose event loop stands still': { ...program('hang'), staysAlive: true },
} satisfies Record<string, Way>

export type WayOut = keyof typeof waysOut
export const allWaysOut = Object.keys(waysOut) as WayOut[]

/** Times that it begins again when a busy machine stops the arm before the time. */
const AGAIN = 5

/** The arm moves, then it happens; judged by what the robot recorded, in its own milliseconds. */
export async function goOut(name: WayOut): Promise<void> {
  for (let again = AGAIN; !(await went(waysOut[name], again > 0)); again--);
}

/** False, where that `mayBe`, when it never came to it. */
async function went(way: Way, mayBe: boolean): Promise<boolean> {
  const stage = new Stage()
  try {
    const mover = await way.begins(stage)
    await way.happens(mover)
    if (way.staysAlive !== true) {
      await mover.ended
      if (mayBe && mover.hindered && (await mover.hindered())) return false
    }
    await (way.brake === 'ramp' ? stage.expectRamp() : stage.expectRobotBrake())
    return true
  } finally {
    await stage.close()
  }
}
