import { once } from 'node:events'
import { armModelOf } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/**
 * Simulated arm on the FCI protocol until the first SIGINT or SIGTERM. Says where it listens as soon as it does:
 * a line on stderr, and with --json one object {host, port, protocol} on stdout.
 */
async function simPanda(input: VerbInput): Promise<VerbResult> {
  const host = input.text('host', '127.0.0.1')
  const protocol = input.number('protocol', 5)
  const robot = new native.SimulatedRobot({
    host,
    port: input.number('port', 1337),
    protocol,
    model: armModelOf(protocol),
    seed: input.number('seed', 1),
    fault: input.text('fault'),
  })
  const json = { host, port: robot.port, protocol }
  input.progress(`simulated arm on ${host}:${robot.port}, protocol ${protocol}`)
  if (input.flag('json')) process.stdout.write(`${JSON.stringify(json)}\n`)
  if (!input.signal.aborted) await untilAborted(input.signal)
  const { clients, moves, reflexes, dropped } = robot.stats()
  await robot.close()
  input.progress(
    `simulated arm ended: ${clients} clients, ${moves} moves, ${reflexes} reflexes, ${dropped} late commands`,
  )
  return { json, text: '', printed: true }
}

/** Waits for the signal. The timer keeps Node's loop alive: native threads and abort listeners do not. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => undefined, 60_000)
  await once(signal, 'abort')
  clearInterval(alive)
}

export const verb: Verb = {
  name: 'sim-panda',
  summary: 'Simulated arm on the FCI protocol, in real time, until Ctrl+C.',
  operands: [],
  options: [
    { name: 'host', kind: 'text', placeholder: 'ADDRESS', help: 'own address to listen on, default 127.0.0.1' },
    { name: 'port', kind: 'integer', minimum: 0, maximum: 65535, help: 'TCP port, default 1337; 0 takes any free one' },
    { name: 'protocol', kind: 'integer', minimum: 3, maximum: 9, help: 'protocol to speak, default 5' },
    { name: 'seed', kind: 'integer', minimum: 0, help: 'seed of the torque noise, default 1' },
    {
      name: 'fault',
      kind: 'text',
      placeholder: 'KIND@STEP',
      help:
        'plays one fault after so many 50 ms steps of motion: reflex, user-stop, silence, close, drop, refuse-move; ' +
        'version answers as protocol 6',
    },
  ],
  run: simPanda,
}
