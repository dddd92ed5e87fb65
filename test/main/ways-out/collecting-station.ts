import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { TestWindow } from '../api/station-under-test.ts'

/** The station in a process of its own, with a window that lives and a run that collects on the robot at that port. */
export interface CollectingStation {
  child: ChildProcess
  window: TestWindow
}

export async function collectingStation(home: string, port: number): Promise<CollectingStation> {
  const script = join(appRoot, 'src/main/serve.ts')
  const child = spawn(process.execPath, [script, '--no-open', '--home', home], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const link = line.replace(/^ready /, '')
  const answer = await fetch(link, { redirect: 'manual' })
  const window = new TestWindow(new URL(link).origin, answer.headers.getSetCookie()[0]?.split(';')[0] ?? '')
  await window.api.robot.connect.mutate({ host: '127.0.0.1', port })
  await window.startHeart()
  const run = { explorer: 'random', transitions: 10_000_000, seed: 3, dataset: 'run', workspaceClear: true }
  await window.api.session.start.mutate({ world: 'panda-fci', ...run })
  return { child, window }
}
