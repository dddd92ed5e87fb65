// Starts a long training in this worker and reports; the test ends the worker in the middle of it.
import { parentPort, workerData } from 'node:worker_threads'
import { createRequire } from 'node:module'

const native = createRequire(import.meta.url)(workerData.addon)
const replay = new native.Replay({ observationSize: 4, actionSize: 2 })
replay.addEpisode(new Float32Array(404).fill(0.1), new Float32Array(200).fill(0.2), new Float32Array(100).fill(1), false)
globalThis.job = new native.TrainingJob({
  learner: 'td3',
  mode: 'paper',
  settings: {},
  seed: 1,
  threads: 2,
  replay,
})
globalThis.job.start(100_000_000)
parentPort.postMessage('started')
setInterval(() => parentPort.postMessage(globalThis.job.progress().updates), 5)
