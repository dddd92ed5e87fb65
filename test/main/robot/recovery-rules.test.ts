import { describe, expect, it } from 'vitest'
import type { Unattended } from '../../../src/contract/unattended.ts'
import { RecoveryRules } from '../../../src/main/robot/recovery-rules.ts'

const MINUTE = 60_000
const allowed: Unattended = { causes: ['success-rate', 'policy-silent', 'cycle-time', 'reflex'], perHour: 3 }
const stop = (code: string, message = 'Too late.') => ({ code, message })

describe('which stops a run may go on after by itself', () => {
  it('goes on after a cause that a person has allowed, and after no other', () => {
    const rules = new RecoveryRules()
    expect(rules.judge(stop('success-rate'), allowed, 0)).toEqual({ goOn: true, count: 1 })
    expect(rules.judge(stop('contact-torque'), allowed, 1)).toMatchObject({ goOn: false })
    expect(rules.judge(stop('operator-stop'), allowed, 2)).toMatchObject({ goOn: false })
    expect(new RecoveryRules().judge(stop('success-rate'), { causes: [], perHour: 3 }, 0).goOn).toBe(false)
  })

  it('never after a reflex of contact, whatever was allowed', () => {
    const late = 'The robot reports: communication_constraints_violation.'
    const touched = 'The robot reports: communication_constraints_violation, cartesian_reflex.'
    expect(new RecoveryRules().judge(stop('reflex', late), allowed, 0).goOn).toBe(true)
    expect(new RecoveryRules().judge(stop('reflex', touched), allowed, 0)).toEqual({
      goOn: false,
      why: 'the arm may touch something',
    })
  })

  it('never after a reflex that the robot gives no reason for', () => {
    const silent = 'The robot gives no reason. The robot braked by itself and the episode ended.'
    expect(new RecoveryRules().judge(stop('reflex', silent), allowed, 0)).toEqual({
      goOn: false,
      why: 'the arm may touch something',
    })
  })

  it('asks at the third stop of the same cause within an hour, and forgets those before', () => {
    const rules = new RecoveryRules()
    expect(rules.judge(stop('success-rate'), allowed, 0).goOn).toBe(true)
    expect(rules.judge(stop('success-rate'), allowed, 20 * MINUTE).goOn).toBe(true)
    expect(rules.judge(stop('success-rate'), allowed, 59 * MINUTE)).toMatchObject({
      goOn: false,
      why: expect.stringContaining('3 times') as string,
    })
    // The first two are older than an hour now, the third is not.
    expect(rules.judge(stop('success-rate'), allowed, 81 * MINUTE).goOn).toBe(true)
  })

  it('counts recoveries of all causes together', () => {
    const rules = new RecoveryRules()
    expect(rules.judge(stop('success-rate'), { ...allowed, perHour: 2 }, 0).goOn).toBe(true)
    expect(rules.judge(stop('policy-silent'), { ...allowed, perHour: 2 }, MINUTE).goOn).toBe(true)
    expect(rules.judge(stop('cycle-time'), { ...allowed, perHour: 2 }, 2 * MINUTE)).toMatchObject({
      goOn: false,
      why: expect.stringContaining('2 recoveries') as string,
    })
    expect(rules.judge(stop('cycle-time'), { ...allowed, perHour: 2 }, 62 * MINUTE).goOn).toBe(true)
  })
})
