import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openStation } from '../../src/main/station.ts'
import type { Station } from '../../src/main/station.ts'
import { temporaryFolder } from './dataset/synthetic.ts'

const DAMAGED = ['', '\0 no file of ours {', '{"jobs":[null,1],"goals":{}}']

const SET_ASIDE = ['jobs.json', 'goals.json', 'evaluations.db', 'catalogue.db']
const LEFT_ALONE = [
  'datasets/a.forager',
  'datasets/both.forager-view',
  'policies/p/policy.json',
  'experiments/e/plan.json',
  'incidents/i.incident',
  'unattended.json',
  'safety-notice-read.json',
]

async function opened(home: string): Promise<Station> {
  const station = await openStation({ home })
  onTestFinished(() => station.close())
  return station
}

function homeWith(names: readonly string[], content: string): string {
  const home = temporaryFolder()
  for (const name of names) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), content)
  }
  return home
}

test.each(DAMAGED)('starts with damaged files (%j), says what it sets aside, and loses none', async (content) => {
  const home = homeWith([...SET_ASIDE, ...LEFT_ALONE], content)
  const { services } = await opened(home)
  for (const name of LEFT_ALONE) expect(readFileSync(join(home, name), 'utf8'), name).toBe(content)
  const told = services.robot.events.current().map(({ text }) => text)
  expect(told).toContainEqual(expect.stringContaining(join(home, 'policies', 'p')))
  // An empty file is an empty database.
  for (const name of content === '' ? SET_ASIDE.slice(0, 2) : SET_ASIDE) {
    const kept = readdirSync(home).filter((each) => each.startsWith(`${name}.damaged-`))
    expect(kept, name).toHaveLength(1)
    expect(readFileSync(join(home, kept[0]!), 'utf8')).toBe(content)
    expect(told).toContainEqual(expect.stringContaining(`could not be read and is kept as ${join(home, kept[0]!)}`))
  }
})

test.each([
  ['limits.json', 'limits-damaged'],
  ['station.json', 'station-settings'],
])('does not start when a damaged %s leaves open what protects people', async (name, code) => {
  for (const content of DAMAGED) {
    const home = homeWith([name], content)
    await expect(openStation({ home })).rejects.toMatchObject({
      problem: { code, message: expect.stringContaining(join(home, name)) as string },
    })
    expect(readFileSync(join(home, name), 'utf8')).toBe(content)
  }
})

test('a home that another station has is refused, and free again when that one has closed', async () => {
  const home = temporaryFolder()
  const first = await openStation({ home })
  await expect(openStation({ home })).rejects.toMatchObject({ problem: { code: 'home-in-use' } })
  await first.close()
  await opened(home)
})
