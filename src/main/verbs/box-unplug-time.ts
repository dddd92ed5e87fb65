import { setTimeout as pause } from 'node:timers/promises'
import { native } from '../platform/native.ts'
import { BenchRobot, nowNs, untilRest } from './bench-robot.ts'

const UNPLUGS = 8
const FRAME_MS = 20
const CLOSED = 3
const RESET = 8

/** From the moment a stop box is unplugged from its serial port to rest from 0.5 rad/s; the longest, robot's ms. */
export async function boxUnplugTime(): Promise<number> {
  const times: number[] = []
  for (let unplug = 0; unplug < UNPLUGS; unplug++) times.push(await once())
  return Math.max(...times)
}

async function once(): Promise<number> {
  const bench = await BenchRobot.open()
  await bench.move([0, 0, 0, 0, 0, 0, 1], 20)
  bench.arm.endEpisode()
  const box = new native.PseudoStopBox()
  const reader = new native.StopBox({ path: box.path, frameAge: 0.1, needsGrip: false })
  let inputs = CLOSED
  let sequence = 0
  const speak = setInterval(() => box.send((sequence = (sequence + 1) & 0xff), inputs), FRAME_MS)
  try {
    while (reader.state().state !== 'waiting' || reader.state().ageMs < 0) await pause(5)
    await pause(3 * FRAME_MS)
    inputs = CLOSED | RESET
    while (!reader.state().released) await pause(5)
    inputs = CLOSED
    reader.guard(bench.arm.id)
    // The way home needs nothing of this thread, which plays the box meanwhile.
    bench.arm.beginHome()
    await bench.fast()
    const unplugged = nowNs()
    box.close()
    await bench.rest()
    return untilRest(bench.motion(), unplugged)
  } finally {
    clearInterval(speak)
    reader.close()
    box.close()
    await bench.close()
  }
}
