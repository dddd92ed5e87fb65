import { afterEach, describe, expect, test } from 'vitest'
import { native } from '../../src/main/platform/native.ts'
import { expectAgreement, expectDifference } from './compare.ts'
import { ComparedUpdate } from './compared-update.ts'
import { makeDataset } from './dataset.ts'
import type { Oracle } from './oracle.ts'

const dataset = makeDataset()

/** The native learner does what the oracle says. */
export function describeAgreement<Name extends string, Draw>(title: string, oracle: Oracle<Name, Draw>): void {
  describe(title, () => {
    afterEach(() => native.selectKernels(native.cpuFeatures().at(-1) as string))

    test.each([1, 2, 5])('losses and gradients of update %d are the oracle’s', async (update) => {
      const made = await ComparedUpdate.make(dataset, oracle, update)
      expectAgreement(made.losses, made.tensorLosses(oracle))
    })

    test('the networks are the oracle’s', async () => {
      const made = await ComparedUpdate.make(dataset, oracle, 1)
      const outputs = Object.entries(made.native.after).map(([name, layers]) => [name, layers.at(-1)?.activation])
      expect(Object.fromEntries(outputs)).toEqual(oracle.networks)
      const hidden = Object.values(made.native.after).flatMap((layers) => layers.slice(0, -1))
      for (const layer of hidden) expect(layer.activation).toBe('relu')
    })

    test('central differences in double precision give the same', async () => {
      const made = await ComparedUpdate.make(dataset, oracle, 2, smaller(oracle.nativeSettings))
      const slopes = made.numberLosses(oracle)
      expectAgreement(made.tensorLosses(oracle), slopes)
      expectAgreement(made.losses, slopes)
    })

    test.each(native.cpuFeatures())('with the kernels for %s too', async (kernels) => {
      native.selectKernels(kernels)
      const made = await ComparedUpdate.make(dataset, oracle, 4)
      expectAgreement(made.losses, made.tensorLosses(oracle))
    })
  })
}

/** A difference takes two losses for each number of a network. */
function smaller(settings: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.keys(settings).flatMap((key) => (/hidden/i.test(key) ? [[key, 7]] : [])))
}

/** A way to do it otherwise: the oracle of each mode with and without it. */
export interface Alternative<Name extends string, Draw> {
  /** What the released code does in `published` and nobody else does; or a mistake that nobody makes. */
  slip: Record<'published' | 'paper' | 'modern', { right: Oracle<Name, Draw>; wrong: Oracle<Name, Draw> }>
  /** Losses or networks in which the difference shows. */
  shows: string[]
}

/** Each mode agrees with the oracle of that mode, and does not with one that has the slip where it does not belong. */
export function testSlip<Name extends string, Draw>(title: string, { slip, shows }: Alternative<Name, Draw>): void {
  test.each(Object.entries(slip))(`${title}: %s`, async (_, { right, wrong }) => {
    // Large steps, so that online and target networks are far apart.
    const made = await ComparedUpdate.make(dataset, right, 5, { learningRate: 0.01 })
    expectAgreement(made.losses, made.tensorLosses(right))
    expectDifference(made.losses, made.tensorLosses(wrong), shows)
  })
}
