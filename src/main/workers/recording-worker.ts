import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import { problemOf } from '../../contract/problem.ts'
import { openRecording } from '../dataset/dataset-recorder.ts'
import type { DatasetRecorder } from '../dataset/dataset-recorder.ts'
import { Counter } from '../dataset/recording-order.ts'
import type { RecordingCall, RecordingNews, RecordingThreadData } from '../dataset/recording-order.ts'

const { options, counters, port } = workerData as RecordingThreadData
const shared = new Int32Array(counters)

function say(news: RecordingNews): void {
  port.postMessage(news)
}

function open(): DatasetRecorder | null {
  try {
    // What comes in together is committed together: each step as long as the disk keeps up.
    return openRecording(options)
  } catch (error) {
    say({ kind: 'refused', problem: problemOf(error) })
    return null
  }
}

function apply(recorder: DatasetRecorder, call: RecordingCall): void {
  if (call.kind === 'begin') recorder.beginEpisode(call.row, call.skill)
  if (call.kind === 'append') recorder.append(call.row)
  if (call.kind === 'end') recorder.endEpisode(call.end, call.explorerState)
  if (call.kind === 'close') recorder.close()
}

/** Handles `first` and everything that has come in meanwhile, then forces it to disk. True after the close. */
function drain(recorder: DatasetRecorder, first: RecordingCall): boolean {
  let call: RecordingCall | undefined = first
  let handled = 0
  let closed = false
  while (call) {
    apply(recorder, call)
    handled += 1
    closed ||= call.kind === 'close'
    call = (receiveMessageOnPort(port) as { message: RecordingCall } | undefined)?.message
  }
  if (!closed) recorder.flush()
  Atomics.store(shared, Counter.committed, recorder.committed)
  Atomics.store(shared, Counter.leftOut, recorder.leftOut)
  Atomics.add(shared, Counter.handled, handled)
  Atomics.notify(shared, Counter.handled)
  return closed
}

function finish(recorder: DatasetRecorder): void {
  try {
    recorder.close()
  } finally {
    Atomics.store(shared, Counter.closed, 1)
    Atomics.notify(shared, Counter.closed)
    port.close()
  }
}

const recorder = open()
if (recorder) {
  Atomics.store(shared, Counter.committed, recorder.committed)
  Atomics.store(shared, Counter.leftOut, recorder.leftOut)
  port.on('message', (first: RecordingCall) => {
    try {
      if (drain(recorder, first)) finish(recorder)
    } catch (error) {
      say({ kind: 'failed', problem: problemOf(error) })
      Atomics.store(shared, Counter.failed, 1)
      // Whoever waits for these messages learns of the failure instead.
      Atomics.notify(shared, Counter.handled)
      finish(recorder)
    }
  })
  const { sheet, resume, grid } = recorder
  say({ kind: 'opened', sheet, resume, box: grid?.box ?? null, cells: grid?.cells ?? null })
}
