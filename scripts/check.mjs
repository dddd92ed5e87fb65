// The static part of the tests: types, lint, import directions, formatting, two at a time. Says which one failed.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** The longest first. */
const checks = [
  ['lint', ['eslint/bin/eslint.js', '.', '--max-warnings', '0']],
  ['formatting', ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  ['types', ['typescript/bin/tsc', '-p', 'tsconfig.json']],
  [
    'import directions',
    ['dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs', 'src'],
  ],
]
const AT_ONCE = 2

/** Runs one tool; its output appears whole when it has ended. Resolves to whether all is well. */
function check(name, [tool, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', tool), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => {
      console.log(`${output}${code === 0 ? 'ok    ' : 'FAILED'} ${name}`)
      resolve(code === 0)
    })
  })
}

let failed = 0
const waiting = checks.values()
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const [name, command] of waiting) if (!(await check(name, command))) failed += 1
  }),
)
process.exit(failed === 0 ? 0 : 1)
