import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ADDON = join(import.meta.dirname, '../../../native/build/forager.node')
const TIMES = 40

/** Calls that a thread is in when it is ended: what each does there, over and over. */
const CALLS = {
  'refuses its arguments': 'new native.Policy(1)',
  'makes objects': 'native.describeLearners()',
  'makes a thing of its own': 'new native.Replay({ observationSize: 3, actionSize: 1 })',
}

/** A program that ends a thread in the middle of such calls again and again; it prints how often, if it lives. */
const program = (call: string) => `
  const { Worker } = require('node:worker_threads')
  const { once } = require('node:events')
  const inside = \`
    const loaded = { exports: {} }
    process.dlopen(loaded, ${JSON.stringify(ADDON)})
    const native = loaded.exports
    require('node:worker_threads').parentPort.postMessage('begun')
    for (;;) try { ${call} } catch {}
  \`
  ;(async () => {
    let ended = 0
    for (; ended < ${TIMES}; ended++) {
      const worker = new Worker(inside, { eval: true })
      await once(worker, 'message')
      await worker.terminate()
    }
    console.log(ended)
  })()
`

describe('a thread that is ended in a call of the addon leaves the process alive', () => {
  test.each(Object.entries(CALLS))('that %s', async (_, call) => {
    const child = spawn(process.execPath, ['-e', program(call)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const ended = (await once(child, 'close')) as [number | null, string | null]
    expect([...ended, output]).toEqual([0, null, `${TIMES}\n`])
  })
})
