import { setFlagsFromString } from 'node:v8'
import { isMainThread } from 'node:worker_threads'

/**
 * Threads that compile WebAssembly at once (Node itself reads TypeScript with it, and so do MuJoCo and decoders of files)
 * race in V8's collection of compiled code: rarely, a process dies of SIGSEGV or with "allocations_.erase(addr) == 1"
 * (nodejs/node#64500). Whoever starts a thread comes past here, so it is off before the first one. What is no longer
 * needed stays in memory then, a few megabytes a process.
 */
if (isMainThread) setFlagsFromString('--no-wasm-code-gc')

/**
 * File of a thread or process: the source in its folder of src/main, or the bundle beside the bundled main process.
 * The address is put together from parts because bundlers rewrite a literal `new URL('./file', import.meta.url)`.
 */
function entry(folder: string, name: string): URL {
  const here = import.meta.url
  return here.endsWith('.ts') ? new URL(`../${folder}/${name}.ts`, here) : new URL(`./${name}.cjs`, here)
}

export const workerEntry = (name: string): URL => entry('workers', name)

export const simulatedRobotEntry = (): URL => entry('robot', 'simulated-robot-process')
