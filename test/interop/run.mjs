/**
 * Interoperation lane: real third-party programs from PyPI against ours, in a private virtual environment.
 * Each folder beside this file is one suite: requirements.txt and test_*.py. Needs python3 and the network once.
 *   node test/interop/run.mjs [SUITE...]
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')
/** Of the arm and of its Hand. */
const FCI_PORTS = [1337, 1338]
/**
 * Suites that stand on a library of the system, because PyPI's drags in gigabytes for a graphics card. Where it is missing
 * the suite is left out and says so. Their requirements are whole lists: what they ask for themselves is not looked at.
 */
const ON_SYSTEM = { torch: { python: '/usr/bin/python3', module: 'torch', from: 'apt-get install python3-torch' } }

function end(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** Runs a program to its end with its output on stderr; gives stdout. */
function run(program, args, env = {}) {
  const { status, stdout, error } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  return { ok: status === 0, stdout: stdout ?? '', missing: error !== undefined }
}

/** One environment per suite: suites may want versions that exclude each other. Installed anew when the list changes. */
function python(suite) {
  const venv = join(root, '.setup/interop', suite)
  const requirements = join(here, suite, 'requirements.txt')
  const binary = join(venv, 'bin/python')
  const stamp = join(venv, 'requirements.sha256')
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return binary
  process.stderr.write(`${suite}: installing ${requirements}\n`)
  mkdirSync(venv, { recursive: true })
  const system = ON_SYSTEM[suite]
  const make = ['-m', 'venv', '--clear', ...(system ? ['--system-site-packages'] : []), venv]
  if (!run(system?.python ?? 'python3', make).ok) end('python3 -m venv failed. Install Python 3 with its venv module.')
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...(system ? ['--no-deps'] : [])]
  if (!run(binary, [...install, '-r', requirements]).ok) end(`${suite}: pip could not install its requirements.`)
  writeFileSync(stamp, wanted)
  return binary
}

/** libfranka knows these ports only. */
async function requireFreePort(port) {
  await new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () =>
      end(`Port ${port} is in use. The robot client knows no other: end the program that uses it.`),
    )
    probe.listen(port, '127.0.0.1', () => probe.close(resolve))
  })
}

/** Why a suite cannot run on this system; null when it can. */
function whatIsMissing(suite) {
  const system = ON_SYSTEM[suite]
  if (!system || run(system.python, ['-c', `import ${system.module}`]).ok) return null
  return `${system.python} has no ${system.module}: ${system.from}`
}

function runSuite(suite) {
  const started = Date.now()
  const missing = whatIsMissing(suite)
  if (missing !== null) {
    process.stdout.write(`${suite}: skipped: ${missing}\n`)
    return { passed: 0, failed: 0, skipped: 1 }
  }
  const { stdout } = run(python(suite), [join(here, 'run_suite.py'), join(here, suite)], {
    FORAGER_NODE: process.execPath,
  })
  const last = stdout.trim().split('\n').at(-1) ?? ''
  // A suite that crashed before its closing line has failed as a whole.
  const counts = last.startsWith('{') ? JSON.parse(last) : { passed: 0, failed: 1, skipped: 0 }
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  process.stdout.write(
    `${suite}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s\n`,
  )
  return counts
}

const known = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(here, entry.name, 'requirements.txt')))
  .map((entry) => entry.name)
const asked = process.argv.slice(2)
const unknown = asked.find((suite) => !known.includes(suite))
if (unknown !== undefined) end(`There is no suite "${unknown}". Known: ${known.join(', ')}.`)
const suites = asked.length > 0 ? asked : known
if (suites.includes('fci') || suites.includes('fr3')) for (const port of FCI_PORTS) await requireFreePort(port)
let passed = 0
let failed = 0
let skipped = 0
for (const suite of suites) {
  const counts = runSuite(suite)
  passed += counts.passed
  failed += counts.failed
  skipped += counts.skipped
}
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
