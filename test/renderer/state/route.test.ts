import { describe, expect, it } from 'vitest'
import { parseRoute } from '../../../src/renderer/state/route.ts'

describe('the address of a screen', () => {
  it('opens each screen', () => {
    for (const screen of ['robot', 'collect', 'train', 'evaluate'] as const)
      expect(parseRoute(`#/${screen}`)).toEqual({ screen })
    expect(parseRoute('#/incidents')).toEqual({ screen: 'incidents', incident: null })
    expect(parseRoute('#/incidents/a%2Fb')).toEqual({ screen: 'incidents', incident: 'a/b' })
    expect(parseRoute('#/datasets')).toEqual({ screen: 'datasets', dataset: null })
    expect(parseRoute('#/datasets/a%2Fb')).toEqual({ screen: 'datasets', dataset: 'a/b' })
    expect(parseRoute('#/datasets/id/87')).toEqual({ screen: 'episode', dataset: 'id', episode: 87 })
  })

  it('does not take what is no episode number for one', () => {
    for (const wrong of ['0', '-1', '1.5', 'x']) expect(parseRoute(`#/datasets/id/${wrong}`).screen).toBe('datasets')
  })

  it('shows the arm for anything else, and survives a broken escape', () => {
    for (const wrong of ['', '#', '#/nonsense', '#/%E0%A4%A']) expect(parseRoute(wrong)).toEqual({ screen: 'robot' })
  })
})
