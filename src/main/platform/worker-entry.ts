/** File of a thread: a source beside this folder, or a bundle beside the bundled main process. */
export function workerEntry(name: string): URL {
  const here = import.meta.url
  return here.endsWith('.ts') ? new URL(`../workers/${name}.ts`, here) : new URL(`./${name}.cjs`, here)
}
