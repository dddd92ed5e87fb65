// Loads a dataset, trains TD3 from it and prints how much memory the process holds while the learner runs.
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { loadReplay } from '../../../src/main/learner/load-replay.ts'
import { native } from '../../../src/main/platform/native.ts'

const seams = { loaded: () => undefined, stopRequested: () => false }
const loaded = await loadReplay([process.argv[2]!], { kind: 'reach', goal: [0.4, 0.2, 0.5] }, seams)
const { replay } = loaded!
const job = new native.TrainingJob({ learner: 'td3', mode: 'paper', settings: {}, seed: 1, threads: 1, replay })
job.start(1_000_000)
while (job.progress().updates < 20) await pause(5)
const resident = Number(/VmRSS:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
job.close()
process.stdout.write(JSON.stringify({ resident, transitions: replay.size, replayBytes: replay.bytes }))
