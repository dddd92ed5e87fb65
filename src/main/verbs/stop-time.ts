import { setTimeout as pause } from 'node:timers/promises'
import { BenchRobot, nowNs, percentile, untilRest, untilSlower } from './bench-robot.ts'

const STOPS = 24
/** All joints at the clip, 0.5 rad/s, in directions that stay clear of every limit for half a second. */
const FULL_SPEED = [1, -1, 1, 1, 1, 1, -1]
const STEPS = 7

export interface StopTime {
  /** Longest of 99 in 100 from the request to the first command that brakes, seen by the robot, ms. */
  latency: number
  /** Longest time to rest, in the robot's own milliseconds. */
  standstill: number
}

let measured: Promise<StopTime> | undefined

/** Asks for a stop again and again while the arm moves at 0.5 rad/s. Measured once for all who ask. */
export function stopTime(): Promise<StopTime> {
  return (measured ??= measure())
}

async function measure(): Promise<StopTime> {
  const bench = await BenchRobot.open()
  const latencies: number[] = []
  const standstills: number[] = []
  try {
    for (let stop = 0; stop < STOPS; stop++) {
      await bench.move(FULL_SPEED, STEPS)
      // Not always at the same place within the robot's millisecond.
      await pause(stop % 5)
      const asked = nowNs()
      bench.arm.stop('operator-stop', 'Measured.')
      await bench.rest()
      const motion = bench.motion()
      latencies.push(untilSlower(motion, asked))
      standstills.push(untilRest(motion, asked))
      await bench.rearm()
    }
  } finally {
    await bench.close()
  }
  return { latency: percentile(latencies, 0.99), standstill: Math.max(...standstills) }
}
