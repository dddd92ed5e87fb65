import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { problemOf } from '../contract/problem.ts'
import { BrowserHost } from './api/browser-host.ts'
import { appRoot } from './platform/app-root.ts'
import { stationHome } from './platform/station-home.ts'
import { openStation } from './station.ts'
import type { Station } from './station.ts'
import { HELP, helpText, parseArguments } from './verbs/parse-arguments.ts'
import type { CommandLine } from './verbs/verb.ts'

/** Everything ends within this time after a signal or a defect, whatever hangs. */
const END_WITHIN = 2000 // ms

const START: CommandLine = {
  command: 'npm start --',
  summary:
    'The station in a browser of this computer. Prints the address with its one-time token; Enter prints a new one.',
  operands: [],
  options: [
    { name: 'port', kind: 'integer', minimum: 0, maximum: 65535, help: 'of the address, default 0: a free one' },
    { name: 'no-open', kind: 'flag', help: 'print the address, open no browser' },
    {
      name: 'home',
      kind: 'text',
      placeholder: 'DIR',
      help: 'folder of datasets, policies and settings, default FORAGER_HOME or the data folder of the user',
    },
    HELP,
  ],
}

/** Opens the link in the person's browser; where there is none, the printed link is enough. */
function openBrowser(link: string): void {
  const [command, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
  const browser = spawn(command as string, [...args, link], { stdio: 'ignore', detached: true })
  browser.on('error', () => undefined)
  browser.unref()
}

/** Every way out of the process brings the arm to rest and closes the data first. */
function endInOrder(host: BrowserHost, station: Station): void {
  let ending = false
  const end = (code: number): void => {
    // A second signal means: at once.
    if (ending) process.exit(1)
    ending = true
    setTimeout(() => process.exit(1), END_WITHIN).unref()
    void Promise.allSettled([station.close(), host.close()]).then((results) => {
      process.exit(results.every(({ status }) => status === 'fulfilled') ? code : 1)
    })
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0))
  process.on('uncaughtException', (error) => {
    process.stderr.write(`Forager ends because of a defect. Report it.\n${error.stack ?? error.message}\n`)
    end(1)
  })
}

async function main(words: string[]): Promise<void> {
  const { values } = parseArguments(START, words)
  if (values.has('help')) return void process.stdout.write(helpText(START))
  const [port = 0] = values.get('port') ?? []
  const [home = stationHome()] = values.get('home') ?? []
  const station = await openStation({ home: String(home) })
  const host = await BrowserHost.open({
    services: station.services,
    windowFolder: join(appRoot, 'dist', 'window'),
    port: Number(port),
  })
  endInOrder(host, station)
  // Whoever read the link and went away does not end the station.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined)
  const link = host.newLink()
  process.stdout.write(`ready ${link}\n`)
  if (!values.has('no-open')) openBrowser(link)
  // Enter asks for a new link: the first one dies when it is used, also by the wrong browser.
  if (process.stdin.isTTY) process.stdin.on('data', () => process.stdout.write(`ready ${host.newLink()}\n`))
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const { message, tip, code, details } = problemOf(error)
  process.stderr.write(`${message}\n  ${tip}\n  (${code})\n${code === 'internal-error' ? `${details}\n` : ''}`)
  process.exit(1)
}
