import { describe, expect, it } from 'vitest'
import { sessionStartSchema } from '../../../src/contract/session.ts'
import { methodSchema } from '../../../src/contract/world.ts'
import { native } from '../../../src/main/platform/native.ts'
import { readForm, type RunForm } from '../../../src/renderer/session/run-form.ts'

const form: RunForm = {
  world: 'panda',
  explorer: 'random',
  mode: 'paper',
  settings: {},
  dataset: 'panda-rand-08',
  named: false,
  target: '200,000',
  steps: '1,000',
  seed: '8',
  operator: ' M. Osei ',
}

describe('the form of a run', () => {
  it('becomes an order that the station accepts', () => {
    const { start, errors } = readForm(form)
    expect(errors).toEqual({})
    expect(start).toMatchObject({ transitions: 200_000, stepsPerEpisode: 1000, seed: 8, operator: 'M. Osei' })
    expect(sessionStartSchema.parse(start)).toEqual(start)
  })

  it('never says by itself that the workspace is clear', () => {
    expect(readForm(form).start?.workspaceClear).toBe(false)
  })

  it('orders only the settings of its explorer that differ from the mode', () => {
    const icm = native.describeExplorers().find(({ name }) => name === 'icm')!
    const typed = { icm: { batch: '128', modelRate: '1e-4', hidden1: '1,024' }, rnd: { batch: '32' } }
    const { start } = readForm({ ...form, explorer: 'icm', settings: typed }, methodSchema.parse(icm))
    expect(start?.settings).toEqual({ batch: 128, hidden1: 1024 })
    const wrong = { ...form, explorer: 'icm', settings: { icm: { batch: '0' } } }
    expect(readForm(wrong, methodSchema.parse(icm))).toMatchObject({
      start: null,
      errors: { settings: expect.any(String) },
    })
  })

  it('refuses at the field, with the range in words', () => {
    for (const [field, value] of [
      ['dataset', ''],
      ['dataset', '../x'],
      ['target', '0'],
      ['target', 'many'],
      ['steps', '0'],
      ['seed', '4294967296'],
    ] as const) {
      const { start, errors } = readForm({ ...form, [field]: value })
      expect(start, `${field} ${value}`).toBeNull()
      expect(Object.keys(errors)).toEqual([field])
    }
  })
})
