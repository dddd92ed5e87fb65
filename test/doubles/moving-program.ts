// A program whose arm moves: it connects to the robot at the given port, arms, goes home, and lets a worker drive an
// episode that never ends by itself. Says `moving` on stdout, and then ends or hangs in the way asked for when a line comes in.
//
// moving-program.ts PORT throw | reject | exit | unload | end-policy | hang-policy | hang
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { armModel } from '../../src/main/platform/arm-model.ts'
import { native } from '../../src/main/platform/native.ts'

/** Each way, once a line has come in. */
export type Defect =
  | 'throw' // an exception that nobody catches
  | 'reject' // a rejection that nobody handles
  | 'exit' // process.exit
  | 'unload' // the worker owns the arm and is terminated with its copy of the addon
  | 'end-policy' // the worker is terminated, the arm stays with the main thread
  | 'hang-policy' // the worker stands still
  | 'hang' // the main thread, whose sign of life the arm needs, stands still

interface Work {
  port: number
  /** An arm of the main thread; without one the worker connects by itself and owns the arm. */
  armId: number | null
  /** Not 0: the worker stands still from now on. */
  hang: Int32Array<SharedArrayBuffer>
}

const BEAT = 100 // ms
const standStill = (on: Int32Array<SharedArrayBuffer>, while_: number): unknown => Atomics.wait(on, 0, while_)

async function drive({ port, armId, hang }: Work): Promise<void> {
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
    if (Atomics.load(hang, 0) !== 0) standStill(hang, 1)
  }
}

const connect = (port: number) => native.connectArm({ host: '127.0.0.1', port, model: armModel(), timeoutMs: 2000 })

async function main(port: number, how: Defect): Promise<void> {
  const arm = how === 'unload' ? null : await connect(port)
  const work: Work = { port, armId: arm?.id ?? null, hang: new Int32Array(new SharedArrayBuffer(4)) }
  const worker = new Worker(new URL(import.meta.url), { workerData: work })
  worker.on('error', () => undefined)
  if (how === 'hang') setInterval(() => arm?.heartbeat(), BEAT)
  await once(worker, 'message')
  process.stdout.write('moving\n')
  await once(createInterface({ input: process.stdin }), 'line')
  switch (how) {
    case 'throw':
      setImmediate(() => {
        throw new Error('a defect')
      })
      return
    case 'reject':
      void Promise.reject(new Error('a defect'))
      return
    case 'exit':
      return process.exit(3)
    case 'unload':
      await worker.terminate()
      return process.exit(0)
    case 'end-policy':
      await worker.terminate()
      return
    case 'hang-policy':
      Atomics.store(work.hang, 0, 1)
      return
    case 'hang':
      standStill(work.hang, 0)
  }
}

if (isMainThread) await main(Number(process.argv[2]), process.argv[3] as Defect)
else await drive(workerData as Work)
