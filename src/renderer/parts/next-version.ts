/** `run`, `run-v2`, `run-v3`: the first version after the first one whose name is not taken. */
export function nextVersion(name: string, taken: readonly string[]): string {
  const stem = name.replace(/-v\d+$/, '')
  for (let version = 2; ; version++) {
    const next = `${stem}-v${version}`
    if (!taken.includes(next)) return next
  }
}
