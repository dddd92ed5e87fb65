import { setTimeout as pause } from 'node:timers/promises'
import { native } from '../platform/native.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import { BenchRobot, nowNs, percentile, untilRest } from './bench-robot.ts'

const STOPS = 24
/** All joints at the clip, 0.5 rad/s, in directions that stay clear of every limit for half a second. */
const FULL_SPEED = [1, -1, 1, 1, 1, 1, -1]
const STEPS = 7

export interface StopTime {
  /** Longest of 99 in 100 from the request to the first command that brakes, as it leaves, ms. */
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
      latencies.push(untilBraking(bench.arm, asked))
      standstills.push(untilRest(bench.motion(), asked))
      await bench.rearm()
    }
  } finally {
    await bench.close()
  }
  return { latency: percentile(latencies, 0.99), standstill: Math.max(...standstills) }
}

/** From a moment to the departure of the first command that is slower than the one before, ms. */
function untilBraking(arm: ArmDriver, sinceNs: number): number {
  const cycles = arm.recordedCycles(sinceNs, 20, 200)
  if (!cycles) return NaN
  const columns = native.cycleColumns()
  const { samples, values, zeroNs } = cycles
  const column = (wanted: string): Float32Array => {
    const index = columns.findIndex(({ group }) => group === wanted)
    return values.subarray(index * samples, (index + 1) * samples)
  }
  const [time, took, command] = [column('time'), column('cycle time'), column('command')]
  for (let cycle = 1; cycle < samples; cycle++) {
    const left = zeroNs + (time[cycle] ?? NaN) * 1e6 + (took[cycle] ?? NaN) * 1e3
    const slower = Math.abs(command[cycle] ?? NaN) < Math.abs(command[cycle - 1] ?? NaN) - 1e-6
    if (left > sinceNs && slower) return (left - sinceNs) / 1e6
  }
  return NaN
}
