// Sets the checkout up when something changed, then runs one entry of the program under the right Node.
// Uses nothing but Node >= 20.19 itself, because it runs before anything is installed.
// Everything it says goes to stderr: stdout belongs to the program.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const nodeVersion = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node
const ownNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

const say = (text) => process.stderr.write(`forager setup: ${text}\n`)

function fail(message, tip) {
  process.stderr.write(`forager setup: ${message}\n  ${tip}\n`)
  process.exit(1)
}

// ---- what has changed -------------------------------------------------------------------------------------------

function* filesBelow(path) {
  if (!existsSync(path)) return
  if (!statSync(path).isDirectory()) return void (yield path)
  for (const name of readdirSync(path).sort()) {
    if (name !== 'build' && name !== 'node_modules') yield* filesBelow(join(path, name))
  }
}

/** One hash over the names and contents of some files and folders. */
function fingerprint(...inputs) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    for (const file of filesBelow(join(root, input))) hash.update(file.slice(root.length)).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** Runs `work` unless the stamp file says that these very inputs were already used. */
function whenChanged(stampFile, print, title, work) {
  const stamp = join(root, stampFile)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === print) return
  const started = Date.now()
  say(`${title} ...`)
  work()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, print)
  say(`${title}: done in ${Math.round((Date.now() - started) / 1000)} s`)
}

// ---- running other programs -------------------------------------------------------------------------------------

function environment() {
  const bin = join(root, 'node_modules', '.bin')
  return { ...process.env, PATH: `${bin}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` }
}

/** Runs a step of the set-up with its output on stderr; ends the set-up when it fails. */
function run(command, args, whatFailed, tip) {
  const result = spawnSync(command, args, { cwd: root, env: environment(), stdio: ['ignore', 2, 2] })
  if (result.status !== 0) fail(`${whatFailed} (${command} ${args.join(' ')})`, tip)
}

/** The command that installs a system package on this machine. */
function installLine(debian, fedora) {
  if (process.platform === 'darwin') return 'xcode-select --install'
  if (existsSync('/etc/debian_version')) return `sudo apt-get install -y ${debian}`
  if (existsSync('/etc/fedora-release') || existsSync('/etc/redhat-release')) return `sudo dnf install -y ${fedora}`
  return `install ${debian} with this system's package manager`
}

function requireTool(command, debian, fedora, why) {
  if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0) return
  fail(
    `${command} is missing; it ${why}.`,
    `Install it, then run the same command again:  ${installLine(debian, fedora)}`,
  )
}

// ---- the three things that are set up ---------------------------------------------------------------------------

function atLeast(version, wanted) {
  const [a, b] = [version, wanted].map((v) => v.replace(/^v/, '').split('.').map(Number))
  for (let i = 0; i < 3; i++) if (a[i] !== b[i]) return a[i] > b[i]
  return true
}

function installPackages() {
  whenChanged('node_modules/.forager-installed', fingerprint('package-lock.json'), 'installing packages', () => {
    requireTool('npm', 'npm', 'npm', 'installs the packages')
    // The install itself needs Node >= 22.13: an older npm run leaves packages out without a word.
    const install = atLeast(process.version, '22.13.0')
      ? ['npm', ['ci']]
      : ['npx', ['-y', '-p', `node@${nodeVersion}`, '-c', 'npm ci']]
    run(
      ...install,
      'The packages could not be installed',
      'Check the network or the npm registry setting, then run the same command again.',
    )
  })
  if (!existsSync(ownNode)) {
    fail(`Node ${nodeVersion} did not arrive with the packages.`, 'Delete node_modules and run the same command again.')
  }
}

function buildNative() {
  whenChanged('native/build/.inputs', fingerprint('native', 'package-lock.json'), 'building the native core', () => {
    requireTool('make', 'make', 'make', 'builds the native core')
    requireTool('g++', 'g++', 'gcc-c++', 'compiles the native core')
    run(
      'make',
      ['-C', 'native', '-j2', '--no-print-directory'],
      'The native core did not build',
      'The compiler output above names the file.',
    )
  })
}

function buildWindow() {
  const inputs = fingerprint('src/renderer', 'src/contract', 'vite.renderer.config.ts', 'package-lock.json')
  whenChanged('dist/.window-inputs', inputs, 'building the window', () => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
    run(
      ownNode,
      [vite, 'build', '--config', 'vite.renderer.config.ts', '--logLevel', 'warn'],
      'The window did not build',
      'The output above names the file.',
    )
  })
}

/** Seconds since the epoch at which this computer started, by its clock. */
const startOfComputer = () => Math.round(Date.now() / 1000 - uptime())

/** Whether the set-up that wrote a lock is still at work; a number of an earlier start of the computer is somebody else's. */
function isAtWork(lock, [pid, start]) {
  // Between its making and its writing it is empty; one that stays so was left by a set-up that was killed there.
  if (!(pid > 0 && start > 0)) return Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) < 2000
  if (Math.abs(start - startOfComputer()) > 60) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Only one set-up at a time works in a checkout; a second one waits, and a dead one is ignored. */
function withLock(work) {
  const lock = join(root, '.setup', 'lock')
  mkdirSync(dirname(lock), { recursive: true })
  let told = false
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid} ${startOfComputer()}`, { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = existsSync(lock) ? readFileSync(lock, 'utf8').split(' ').map(Number) : []
    if (!isAtWork(lock, holder)) {
      rmSync(lock, { force: true })
      continue
    }
    if (!told) say(`another set-up (process ${holder[0]}) is at work here; waiting for it`)
    told = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}

// ---- entries ----------------------------------------------------------------------------------------------------

const bin = (name, file) => join(root, 'node_modules', name, file)
const source = (file) => join(root, file)

/** True when a desktop window can be opened: Electron's binary is here and there is a display. */
function electronReady() {
  const marker = bin('electron', 'path.txt')
  if (!existsSync(marker)) return false
  if (!existsSync(bin('electron', join('dist', readFileSync(marker, 'utf8').trim())))) return false
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

function startCommand(args) {
  // All options are those of the console in a browser.
  const wantsBrowser = args.length > 0
  if (!wantsBrowser && electronReady()) return [bin('@electron-forge/cli', 'dist/electron-forge.js'), 'start']
  if (!wantsBrowser) say('no Electron binary or no display here: the console opens in a browser instead')
  return [source('src/main/serve.ts'), ...args]
}

const vitest = (config, args) => [bin('vitest', 'vitest.mjs'), 'run', '--config', config, ...args]

/** Each entry: what it needs set up, and the Node command lines it runs one after another. */
const entries = {
  start: { needs: [buildNative, buildWindow], commands: (args) => [startCommand(args)] },
  forager: { needs: [buildNative], commands: (args) => [[source('src/main/cli.ts'), ...args]] },
  test: {
    needs: [buildNative, buildWindow],
    // Types, lint and formatting belong to the whole; who names tests wants those.
    commands: (args) => [...(args.length > 0 ? [] : [[source('scripts/check.mjs')]]), vitest('vitest.config.ts', args)],
  },
  'test:long': { needs: [buildNative, buildWindow], commands: (args) => [vitest('vitest.long.config.ts', args)] },
  'test:interop': { needs: [buildNative], commands: (args) => [[source('test/interop/run.mjs'), ...args]] },
}

/** Runs one command to its end; signals meant for us go to it, so that it closes its data. */
function runToEnd(command) {
  return new Promise((resolve) => {
    const child = spawn(ownNode, command, {
      cwd: process.env.INIT_CWD ?? process.cwd(),
      env: environment(),
      stdio: 'inherit',
    })
    const forward = (signal) => {
      // Ctrl+C in a terminal reaches the whole process group by itself; sending it twice would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
    // npm that is told to end tells only the shell between us, which passes nothing on: we see our parent go.
    const parent = process.ppid
    const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 100)
    child.on('exit', (code, signal) => {
      clearInterval(watch)
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward)
      resolve(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : code)
    })
  })
}

const [name = '', ...args] = process.argv.slice(2)
const entry = entries[name]
if (!entry) fail(`there is no entry "${name}".`, `Entries: ${Object.keys(entries).join(', ')}.`)
if (!atLeast(process.version, '20.19.0')) {
  fail(
    `Node ${process.version} is too old; 20.19 or newer is needed.`,
    `Install it:  ${installLine('nodejs npm', 'nodejs npm')}`,
  )
}
withLock(() => {
  installPackages()
  for (const need of entry.needs) need()
})
for (const command of entry.commands(args)) {
  const code = await runToEnd(command)
  if (code !== 0) process.exit(code)
}
