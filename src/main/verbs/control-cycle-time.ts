import { setTimeout as pause } from 'node:timers/promises'
import { native } from '../platform/native.ts'
import { BenchRobot, percentile } from './bench-robot.ts'

/** The vendor's advice for the time between a state and its command, us. */
const BUDGET = 300
/** The control side keeps the cycles of its last 8 s; two such windows are read. */
const WINDOWS = 2
const WINDOW_STEPS = 150

/** From a state's arrival to its command's departure while an arm moves in real time, us, beside the budget. */
export async function controlCycleTime(): Promise<{ p50: number; p99: number; p9999: number; budget: number }> {
  const bench = await BenchRobot.open()
  const column = native.cycleColumns().findIndex(({ name }) => name === 'cycle time')
  const took: number[] = []
  try {
    for (let window = 0; window < WINDOWS; window++) {
      await bench.move([0, 0, 0, 0, 0, 0, 0], 1)
      for (let step = 0; step < WINDOW_STEPS; step++) {
        const phase = step / 12
        bench.drive(Float32Array.from({ length: 7 }, (_, joint) => Math.sin(phase + joint) / 2))
        if (step % 10 === 0) await pause(0)
      }
      const cycles = bench.arm.recordedCycles(0, WINDOW_STEPS * 50, 0)
      bench.arm.endEpisode()
      if (cycles) {
        const { samples, values } = cycles
        took.push(...values.subarray(column * samples, (column + 1) * samples).filter((us) => us >= 0))
      }
    }
  } finally {
    await bench.close()
  }
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99), p9999: percentile(took, 0.9999), budget: BUDGET }
}
