/**
 * The simulated arm in a process of its own, as the station starts it: it speaks the robot's protocol on a free
 * loopback port, tells the port to its parent, and ends with it.
 */
import { armModel } from '../platform/arm-model.ts'
import { startArmAndHand } from './arm-and-hand.ts'

/** The channel to the parent: Node's `fork`, or Electron's utility process, which has a port instead. */
interface ParentPort {
  postMessage(message: unknown): void
}
const { parentPort } = process as unknown as { parentPort?: ParentPort }

const simulated = startArmAndHand({
  host: '127.0.0.1',
  port: 0,
  protocol: 5,
  model: armModel(),
  seed: 1,
  fault: '',
})

// Native threads do not keep Node alive by themselves.
setInterval(() => undefined, 60_000)

async function end(): Promise<void> {
  await (await simulated).close()
  process.exit(0)
}

process.on('disconnect', () => void end())
process.on('SIGTERM', () => void end())
// Ctrl+C reaches the whole process group; the parent ends this process after the arm has come to rest.
process.on('SIGINT', () => undefined)

// A failure to start ends the process with its reason on stderr, which the parent reads.
void simulated.then(({ robot: { port } }) => {
  if (parentPort !== undefined) parentPort.postMessage({ port })
  else process.send?.({ port })
})
