import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { refusal } from '../../contract/problem.ts'
import { armModelOf } from '../platform/arm-model.ts'
import { armUrdf } from '../platform/arm-urdf.ts'
import { native } from '../platform/native.ts'
import type { SimulatedRobot, SimulatedRobotOptions } from '../platform/native-simulated-robot.ts'
import { startArmAndHand } from '../robot/arm-and-hand.ts'
import { faultHelp } from './simulated-faults.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/**
 * Simulated arm on the FCI protocol, with its Hand one port after it, until the first SIGINT or SIGTERM. Says where it
 * listens as soon as it does: on stderr, and with --json one object {host, port, protocol, gripperPort} on stdout.
 */
async function simPanda(input: VerbInput): Promise<VerbResult> {
  const host = input.text('host', '127.0.0.1')
  const protocol = input.number('protocol', 5)
  const model = armModelOf(protocol)
  const options = {
    host,
    port: input.number('port', 1337),
    protocol,
    model,
    robotModel: armUrdf(model, protocol < 6 ? 'panda' : 'fr3'),
    ...modelLibrary(input.text('model-library')),
    seed: input.number('seed', 1),
    patienceMs: input.number('patience', 0),
    fault: input.text('fault'),
  }
  const { robot, hand, close } = input.flag('no-hand')
    ? armAlone(options)
    : await startArmAndHand(options, objectWidth(input.text('object')))
  const json = { host, port: robot.port, protocol, gripperPort: hand?.port ?? null }
  input.progress(`simulated arm on ${host}:${robot.port}, protocol ${protocol}`)
  input.progress(hand === null ? 'no Hand' : `simulated Hand on ${host}:${hand.port}`)
  if (input.flag('json')) process.stdout.write(`${JSON.stringify(json)}\n`)
  if (!input.signal.aborted) await untilAborted(input.signal)
  const { clients, moves, reflexes, dropped } = robot.stats()
  await close()
  input.progress(
    `simulated arm ended: ${clients} clients, ${moves} moves, ${reflexes} reflexes, ${dropped} late commands`,
  )
  return { json, text: '', printed: true }
}

function armAlone(options: SimulatedRobotOptions): { robot: SimulatedRobot; hand: null; close(): Promise<void> } {
  const robot = new native.SimulatedRobot(options)
  return { robot, hand: null, close: () => robot.close() }
}

/** The file that clients get who ask for the robot's model library, as a robot has it; nothing is made up for them. */
function modelLibrary(path: string): { modelLibrary?: Uint8Array } {
  if (path === '') return {}
  try {
    return { modelLibrary: readFileSync(path) }
  } catch (error) {
    throw refusal(
      'bad-arguments',
      `The model library "${path}" cannot be read. Nothing was started.`,
      'Give the file that was downloaded from a robot, or leave the option out.',
      String(error),
    )
  }
}

/** mm as typed, in m. */
function objectWidth(text: string): number | undefined {
  if (text === '') return undefined
  const width = Number(text) / 1000
  if (width >= 0 && width <= 0.08) return width
  throw refusal('bad-arguments', `--object cannot be "${text}". Nothing was started.`, 'Give 0 to 80, in millimetres.')
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
      name: 'patience',
      kind: 'integer',
      placeholder: 'MS',
      minimum: 0,
      maximum: 10000,
      help: 'lets simulated time wait so long for a late command, on a busy computer or in a debugger; default 0',
    },
    { name: 'no-hand', kind: 'flag', help: 'an arm without a Hand: nothing answers on the next port' },
    { name: 'object', kind: 'text', placeholder: 'MM', help: 'width of an object between the fingers, default none' },
    {
      name: 'model-library',
      kind: 'text',
      placeholder: 'FILE',
      help: "the vendor's library, from a robot, for clients that download it; without it they are refused",
    },
    {
      name: 'fault',
      kind: 'text',
      placeholder: 'KIND@STEP[:COUNT]',
      help: faultHelp(),
    },
  ],
  run: simPanda,
}
