// The static part of the tests: types, lint, import directions, formatting. Says which one failed.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const checks = [
  ['types', ['typescript/bin/tsc', '-p', 'tsconfig.json']],
  ['lint', ['eslint/bin/eslint.js', '.', '--max-warnings', '0']],
  [
    'import directions',
    ['dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs', 'src'],
  ],
  ['formatting', ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
]

let failed = 0
for (const [name, [tool, ...args]] of checks) {
  const result = spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  console.log(`${result.status === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  if (result.status !== 0) failed += 1
}
process.exit(failed === 0 ? 0 : 1)
