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
