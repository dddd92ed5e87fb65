import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { problemOf } from '../../../src/contract/problem.ts'
import type { Problem } from '../../../src/contract/problem.ts'
import { claimHome } from '../../../src/main/platform/station-home.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'

function refused(home: string): Problem {
  try {
    claimHome(home).release()
  } catch (error) {
    return problemOf(error)
  }
  throw new Error('the home was taken')
}

/** Acts as a user without rights over other people's files, until the test is over. */
function withoutRights(): void {
  if (process.geteuid?.() !== 0) return
  process.seteuid?.(65534)
  onTestFinished(() => process.seteuid?.(0))
}

test('a home is made with its folders, and taken by one station at a time', () => {
  const home = join(temporaryFolder(), 'new', 'home')
  const claim = claimHome(home)
  expect(readdirSync(home)).toEqual(expect.arrayContaining(['datasets', 'incidents', 'policies']))
  const { code, message, tip } = refused(home)
  expect([code, message]).toEqual(['home-in-use', expect.stringContaining(home)])
  expect(tip).toContain('FORAGER_HOME')
  claim.release()
  claimHome(home).release()
})

test('a file in the place of the home is left alone', () => {
  const home = join(temporaryFolder(), 'home')
  writeFileSync(home, 'mine')
  expect(refused(home)).toMatchObject({
    code: 'home-unusable',
    message: expect.stringContaining('is a file') as string,
  })
  expect(refused(join(home, 'below')).code).toBe('home-unusable')
})

test('a home that this user may not write, or not read, or with a file of somebody else, is named', () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  const homes = { 'read-only': 0o555, closed: 0o700 }
  for (const [name, mode] of Object.entries(homes)) mkdirSync(join(folder, name), { mode })
  const shared = join(folder, 'shared')
  mkdirSync(shared)
  chmodSync(shared, 0o777)
  writeFileSync(join(shared, 'catalogue.db'), '', { mode: 0o400 })
  withoutRights()
  for (const name of ['read-only', 'closed', 'missing'])
    expect(refused(join(folder, name)), name).toMatchObject({
      code: 'home-unusable',
      message: expect.stringMatching(/This user may not read and write it\. Nothing was started/) as string,
    })
  expect(refused(shared).message).toContain(`read and write ${join(shared, 'catalogue.db')}.`)
})
