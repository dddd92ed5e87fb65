import { describe, expect, it } from 'vitest'
import { pack } from '../../../src/contract/packed.ts'
import type { Incident, IncidentHead } from '../../../src/contract/incident.ts'
import { changesOf, lengths, readSignals, sampleAt } from '../../../src/renderer/robot/incident-signals.ts'
import { bitNames, wordSignals } from '../../../src/renderer/robot/incident-words.ts'

const columns = [
  { group: 'time', name: 'time', unit: 'ms' },
  { group: 'robot mode', name: 'robot mode', unit: '' },
  { group: 'stop box inputs', name: 'stop box inputs', unit: 'bits' },
  { group: 'errors', name: 'flags 0-20', unit: 'bits' },
  { group: 'errors', name: 'flags 21-40', unit: 'bits' },
]

function incident(): Incident {
  const values = Float32Array.from([-2, -1, 0, 1, 2, 2, 4, 4, 3, 3, 1, 1, 0, 0, 64, 64, 0, 0, 1 << 4, 1 << 4])
  const head = { columns, samples: 4 } as IncidentHead
  return { id: 'x', head, signals: pack(values), report: '' }
}

describe('signals of an incident', () => {
  const signals = readSignals(incident())

  it('are found by group and name; what a record lacks is empty', () => {
    expect([...signals.time]).toEqual([-0.002, -0.001, 0, 0.001])
    expect([...signals.column('robot mode')]).toEqual([2, 2, 4, 4])
    expect(signals.column('dq', 'J1').length).toBe(0)
    expect([...lengths(Float32Array.of(3, 0), Float32Array.of(4, 0))]).toEqual([5, 0])
  })

  it('give the sample nearest to a time, also beyond the ends', () => {
    expect([-9, -0.0016, -0.0014, 0.0004, 0.0006, 9].map((t) => sampleAt(signals, t))).toEqual([0, 0, 1, 2, 3, 3])
  })

  it('tell in words what changed and when', () => {
    const flags = Array.from({ length: 41 }, (_, i) => `flag_${i}`)
    expect(changesOf(signals, wordSignals(flags))).toEqual([
      { at: 0, what: 'Robot mode', from: 'moving', to: 'reflex' },
      { at: 0, what: 'Error flags', from: 'none', to: 'flag_6, flag_25' },
      { at: 0, what: 'Stop box', from: 'channel A closed, channel B closed', to: 'channel A closed' },
    ])
    expect(bitNames(0, flags)).toEqual([])
  })
})
