import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { appRoot } from '../../src/main/platform/app-root.ts'
import { childrenOf, isAlive } from '../doubles/processes.ts'
import { TestWindow } from './api/station-under-test.ts'

interface Served {
  child: ChildProcess
  home: string
  /** First line on stdout. */
  ready: string
  errors: () => string
}

describe('serve.ts', () => {
  const children: ChildProcess[] = []

  const start = (...options: string[]) => {
    const home = mkdtempSync(join(tmpdir(), 'forager-serve-'))
    const script = join(appRoot, 'src', 'main', 'serve.ts')
    const child = spawn(process.execPath, [script, '--no-open', '--home', home, ...options], { stdio: 'pipe' })
    children.push(child)
    let errors = ''
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()))
    return { child, home, errors: () => errors }
  }

  const startReady = async (...options: string[]): Promise<Served> => {
    const started = start(...options)
    const lines = createInterface({ input: started.child.stdout })
    const [ready] = (await Promise.race([once(lines, 'line'), once(started.child, 'exit')])) as [string]
    return { ...started, ready }
  }

  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = (await exited) as [number | null]
    return code
  }

  const openWindow = async ({ ready }: Served): Promise<TestWindow> => {
    const link = ready.slice('ready '.length)
    const answer = await fetch(link, { redirect: 'manual' })
    return new TestWindow(new URL(link).origin, answer.headers.getSetCookie()[0]?.split(';')[0] ?? '')
  }

  afterEach(() => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  })

  it('prints one ready line with a link on the loopback address', async () => {
    const { ready, child } = await startReady()
    expect(ready).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/)
    expect(await end(child, 'SIGTERM')).toBe(0)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends the simulated arm and itself on %s, also with an open window',
    async (signal) => {
      const served = await startReady()
      const window = await openWindow(served)
      await window.api.robot.connectSimulated.mutate()
      await window.startHeart()
      await window.api.robot.arm.mutate({ workspaceClear: true })
      const pids = childrenOf(served.child.pid ?? 0)
      expect(pids).toHaveLength(1)
      expect(await end(served.child, signal)).toBe(0)
      expect(pids.filter(isAlive)).toEqual([])
      expect(leftLogs(served.home)).toEqual([])
      await window.close()
    },
  )

  it('says in plain words that a port is taken, and starts nothing', async () => {
    const first = await startReady()
    const { port } = new URL(first.ready.slice('ready '.length))
    const second = start('--port', port)
    const [code] = (await once(second.child, 'exit')) as [number]
    expect(code).toBe(1)
    expect(second.errors()).toContain(`Port ${port} cannot be used`)
    expect(second.errors()).not.toContain('    at ')
  })

  it.each([
    [['--port', 'many'], '--port cannot be "many"'],
    [['--port'], '--port needs a value'],
    [['--prot', '1'], 'There is no option --prot'],
    [['here'], '"here" is not expected'],
  ])('refuses %j in plain words', async (words, says) => {
    const { child, errors } = start(...words)
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(1)
    expect(errors()).toContain(says)
    expect(errors()).not.toContain('    at ')
  })

  it('says what it takes', async () => {
    const { child } = start('--help')
    const [text] = (await once(child.stdout, 'data')) as [Buffer]
    expect(text.toString()).toMatch(/npm start -- \[options\][^]*--port[^]*--no-open[^]*--home/)
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0)
  })
})

/** Write-ahead logs that a closed database would have folded away. */
function leftLogs(home: string): string[] {
  return readdirSync(home, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('-wal'))
}
