// A program whose arm moves: it connects to the robot at the given port, arms, goes home, and lets a worker drive an
// episode that never ends by itself. Says `moving` on stdout, and then ends in the way asked for when a line comes in.
//
// moving-program.ts PORT throw | reject | exit | unload
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { armModel } from '../../src/main/platform/arm-model.ts'
import { native } from '../../src/main/platform/native.ts'

interface Work {
  port: number
  /** An arm of the main thread; without one the worker connects by itself and owns the arm. */
  armId: number | null
}

async function drive({ port, armId }: Work): Promise<void> {
  const arm = armId === null ? await connect(port) : native.attachArm(armId)
  if (arm === undefined) throw new Error('the arm is gone')
  arm.arm()
  arm.beginHome()
  while (arm.waitHome(1000) === 'moving') continue
  const observation = new Float32Array(14)
  const tooltip = new Float32Array(3)
  const sent = new Float32Array(7)
  const time = new BigInt64Array(1)
  const info = new Int32Array(2)
  arm.beginEpisode(observation, tooltip, time)
  for (let step = 0; ; step++) {
    const action = Float32Array.from([0, 0, 0, 0, 0, 0, step % 80 < 40 ? 1 : -1])
    arm.step(action, observation, tooltip, sent, time, info)
    if (step === 8) parentPort?.postMessage('moving')
    if (info[1] !== 0) return
  }
}

const connect = (port: number) => native.connectArm({ host: '127.0.0.1', port, model: armModel(), timeoutMs: 2000 })

async function main(port: number, how: string): Promise<void> {
  const arm = how === 'unload' ? null : await connect(port)
  const work: Work = { port, armId: arm?.id ?? null }
  const worker = new Worker(new URL(import.meta.url), { workerData: work })
  worker.on('error', () => undefined)
  await once(worker, 'message')
  process.stdout.write('moving\n')
  await once(createInterface({ input: process.stdin }), 'line')
  if (how === 'throw')
    setImmediate(() => {
      throw new Error('a defect')
    })
  if (how === 'reject') void Promise.reject(new Error('a defect'))
  if (how === 'exit') process.exit(3)
  if (how === 'unload') await worker.terminate()
  if (how === 'unload') process.exit(0)
}

if (isMainThread) await main(Number(process.argv[2]), process.argv[3] ?? '')
else await drive(workerData as Work)
