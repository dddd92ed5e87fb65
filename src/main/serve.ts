import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { problemOf, refusal } from '../contract/problem.ts'
import { BrowserHost } from './api/browser-host.ts'
import { appRoot } from './platform/app-root.ts'
import { stationHome } from './platform/station-home.ts'
import { openStation } from './station.ts'
import type { Station } from './station.ts'

/** Everything ends within this time after a signal or a defect, whatever hangs. */
const END_WITHIN = 2000 // ms

interface Options {
  port: number
  open: boolean
  home: string
}

function options(words: string[]): Options {
  const { values } = parseArgs({
    args: words,
    options: { port: { type: 'string' }, 'no-open': { type: 'boolean' }, home: { type: 'string' } },
  })
  const port = Number(values.port ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw refusal(
      'bad-option',
      `--port ${values.port} is not a port. Nothing was started.`,
      'Give a number from 0 to 65535; 0 takes a free one.',
    )
  }
  return { port, open: values['no-open'] !== true, home: values.home ?? stationHome() }
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
    process.stderr.write(`Forager ends because of a defect. Report it.
${error.stack ?? error.message}
`)
    end(1)
  })
}

async function main(words: string[]): Promise<void> {
  const { port, open, home } = options(words)
  const station = await openStation({ home })
  const host = await BrowserHost.open({
    services: station.services,
    windowFolder: join(appRoot, 'dist', 'window'),
    port,
  })
  endInOrder(host, station)
  const link = host.newLink()
  process.stdout.write(`ready ${link}\n`)
  if (open) openBrowser(link)
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
