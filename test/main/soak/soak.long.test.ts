import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { percentile } from '../../../src/main/verbs/bench-robot.ts'
import { collectingStation } from '../ways-out/collecting-station.ts'

/** How long, from the environment: FORAGER_SOAK_MINUTES. */
const MINUTES = Number(process.env['FORAGER_SOAK_MINUTES'] ?? 30)
const LOOK_EVERY = 2000 // ms
/** Share of the time in which the station still fills its caches; then its memory must be flat. */
const WARM_UP = 0.4
/** MiB by which the median of the last part of the run may lie over that of the part before. */
const FLAT = 40

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]) / 1024
}

/** Subscribes like the window's screens do, and counts what comes. */
function listen(subscribe: (observer: { onData: (value: unknown) => void; onError: () => void }) => unknown) {
  const heard = { messages: 0 }
  subscribe({ onData: () => heard.messages++, onError: () => undefined })
  return heard
}

/** The median of each tenth of the run: shows whether growth ends, which two numbers cannot. */
function byTenth(memory: readonly number[]): number[] {
  return Array.from({ length: 10 }, (_, tenth) =>
    Math.round(
      percentile(
        memory.slice(Math.floor((tenth * memory.length) / 10), Math.floor(((tenth + 1) * memory.length) / 10)),
        0.5,
      ),
    ),
  )
}

test.skipIf(process.platform !== 'linux')(
  `${MINUTES} minutes in real time with the station and a window open`,
  async () => {
    const model = armModel()
    const robot = new native.SimulatedRobot({ host: '127.0.0.1', port: 0, protocol: 5, model, seed: 1, fault: '' })
    const home = mkdtempSync(join(tmpdir(), 'forager-soak-'))
    const { child, window } = await collectingStation(home, robot.port)
    const { api } = window
    const states = listen((observer) => api.robot.watch.subscribe(undefined, observer))
    const live = listen((observer) => api.session.live.subscribe(undefined, observer))
    listen((observer) => api.session.watch.subscribe(undefined, observer))
    const memory: number[] = []
    let stops = 0
    const end = performance.now() + MINUTES * 60_000
    while (performance.now() < end) {
      await sleep(LOOK_EVERY)
      memory.push(residentMiB(child.pid ?? NaN))
      // A computer without real time may lose its core for longer than the robot waits: a person arms again and resumes.
      if (!(await stillRuns(api))) {
        stops++
        await api.robot.rearm.mutate({ workspaceClear: true })
        await api.session.resume.mutate()
      }
    }
    const { clients, commands, dropped, reflexes } = robot.stats()
    const report = await new Promise<{ lateTicks: number; transitions: number; runningS: number }>(
      (resolve, reject) => {
        api.session.watch.subscribe(undefined, { onData: resolve, onError: reject })
      },
    )
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const [code] = (await exited) as [number]
    await window.close()
    await robot.close()
    rmSync(home, { recursive: true, force: true })

    const warm = Math.floor(memory.length * WARM_UP)
    const middle = memory.slice(warm, Math.floor((warm + memory.length) / 2))
    const last = memory.slice(Math.floor((warm + memory.length) / 2))
    const growth = percentile(last, 0.5) - percentile(middle, 0.5)
    process.stdout.write(
      `${JSON.stringify({
        minutes: MINUTES,
        transitions: report.transitions,
        commands,
        lostCycles: dropped,
        lateTicks: report.lateTicks,
        reflexes,
        stops,
        stateMessages: states.messages,
        liveMessages: live.messages,
        residentMiB: { middle: percentile(middle, 0.5), last: percentile(last, 0.5), byTenth: byTenth(memory) },
      })}\n`,
    )
    expect(code).toBe(0)
    expect(clients).toBe(1)
    expect(report.transitions).toBeGreaterThan(0.3 * MINUTES * 60 * 20)
    expect(states.messages).toBeGreaterThan(MINUTES * 60)
    expect(live.messages).toBeGreaterThan(MINUTES * 60)
    expect(growth).toBeLessThan(FLAT)
  },
  (MINUTES + 5) * 60_000,
)

async function stillRuns(api: Awaited<ReturnType<typeof collectingStation>>['window']['api']): Promise<boolean> {
  const state = await new Promise<string>((resolve, reject) => {
    const seen = api.session.watch.subscribe(undefined, {
      onData: (progress) => {
        resolve(progress.state)
        queueMicrotask(() => seen.unsubscribe())
      },
      onError: reject,
    })
  })
  return state === 'running' || state === 'homing' || state === 'starting'
}
