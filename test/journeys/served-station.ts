import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { appRoot } from '../../src/main/platform/app-root.ts'
import { SafetyNotice } from '../../src/main/robot/safety-notice.ts'

/** The station in a process of its own, as `npm start -- --no-open` starts it, with an empty home folder. */
export interface ServedStation {
  /** Address with its one-time token. */
  url: string
  home: string
  child: ChildProcess
  /** Ends it; resolves to the exit code when the process is gone. The home folder goes with it. */
  end(): Promise<number | null>
}

/** `firstStart`: nobody has read the safety notice yet, so it stands over the screen. */
export async function serveStation({ firstStart = false } = {}): Promise<ServedStation> {
  const home = mkdtempSync(join(tmpdir(), 'forager-journey-'))
  if (!firstStart) new SafetyNotice(home).markRead()
  const script = join(appRoot, 'src', 'main', 'serve.ts')
  const child = spawn(process.execPath, [script, '--no-open', '--home', home], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return {
    url: line.replace(/^ready /, ''),
    home,
    child,
    end: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = (await exited) as [number | null]
      rmSync(home, { recursive: true, force: true })
      return code
    },
  }
}
