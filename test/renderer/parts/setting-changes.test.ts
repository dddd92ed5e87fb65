import { describe, expect, it } from 'vitest'
import { methodSchema, modeSchema } from '../../../src/contract/world.ts'
import { native } from '../../../src/main/platform/native.ts'
import {
  changeText,
  readSettings,
  settingHelp,
  settingText,
  typedFor,
} from '../../../src/renderer/parts/setting-changes.ts'

const methods = [...native.describeExplorers(), ...native.describeLearners()].map((each) => methodSchema.parse(each))
const { settings } = methods.find(({ name }) => name === 'apt')!
const setting = (key: string) => settings.find((each) => each.key === key)!

describe('settings as typed', () => {
  it('every default of every method reads back as the default', () => {
    for (const method of methods)
      for (const mode of modeSchema.options) {
        const typed = Object.fromEntries(
          method.settings.map((each) => [each.key, settingText(each, each.defaults[mode])]),
        )
        expect(readSettings(method.settings, mode, typed), method.name).toEqual({ changes: {}, errors: {} })
      }
  })

  it('only what differs counts, whatever it looks like', () => {
    const typed = { batch: ' 512 ', hidden1: '400.0', modelRate: '0.0001', runningScale: '1', unknown: 'x' }
    expect(readSettings(settings, 'paper', typed)).toEqual({ changes: { batch: 512, runningScale: 1 }, errors: {} })
  })

  it('what cannot be used is refused with its range', () => {
    const typed = { trunk: '128', batch: '2.5', neighbours: '', modelRate: '2', discount: 'much' }
    expect(readSettings(settings, 'modern', typed)).toEqual({
      changes: { trunk: 128 },
      errors: {
        batch: 'A whole number from 1 to 65,536.',
        neighbours: 'A whole number from 2 to 65,536.',
        modelRate: 'From 0 to 1.',
        discount: 'From 0 to 1.',
      },
    })
  })

  it('values of a run become what would have been typed', () => {
    const values = { ...Object.fromEntries(settings.map((each) => [each.key, each.defaults.paper])), modelRate: 3e-4 }
    expect(typedFor(settings, 'paper', values)).toEqual({ modelRate: '3e-4' })
  })

  it('changes and help are printed with units', () => {
    expect(changeText(setting('batch'), 512)).toBe('Batch size 512 transitions')
    expect(changeText(setting('runningScale'), 1)).toBe('Scale rewards on')
    expect(settingHelp(setting('neighbours'), 'modern', 'Modern')).toContain(
      'Default in Modern: 12 transitions. Source: [URLB] 12.',
    )
  })
})
