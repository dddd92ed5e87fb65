import { afterEach, describe, expect, test } from 'vitest'
import { native } from '../../src/main/platform/native.ts'
import { expectAgreement, expectDifference } from './compare.ts'
import { ComparedUpdate } from './compared-update.ts'
import { makeDataset } from './dataset.ts'
import type { Dataset } from './dataset.ts'
import type { Mode, Oracle } from './oracle.ts'

const dataset = makeDataset()

export interface Agreement<Name extends string, Draw> {
  /** Native settings that differ from the mode's defaults, as they do in the oracle. */
  settings?: Record<string, number>
  tolerance?: number
  data?: Dataset
  /** Makes the native update; by a training job when left out. */
  make?: typeof ComparedUpdate.make<Name, Draw>
}

/** The native learner does what the oracle says. */
export function describeAgreement<Name extends string, Draw>(
  title: string,
  oracle: Oracle<Name, Draw>,
  {
    settings = {},
    tolerance,
    data = dataset,
    make = (...run) => ComparedUpdate.make(...run),
  }: Agreement<Name, Draw> = {},
): void {
  describe(title, () => {
    afterEach(() => native.selectKernels(native.cpuFeatures().at(-1) as string))

    test.each([1, 2, 5])('losses and gradients of update %d are the oracle’s', async (update) => {
      const made = await make(data, oracle, update, settings)
      expectAgreement(made.losses, made.tensorLosses(oracle), tolerance)
    })

    test('the networks are the oracle’s', async () => {
      const made = await make(data, oracle, 1, settings)
      const outputs = Object.entries(made.native.after).map(([name, layers]) => [name, layers.at(-1)?.activation])
      expect(Object.fromEntries(outputs)).toEqual(oracle.networks)
      const hidden = Object.values(made.native.after).flatMap((layers) => layers.slice(0, -1))
      for (const layer of hidden) expect(layer.activation).toBe('relu')
    })

    test('central differences in double precision give the same', async () => {
      const made = await make(data, oracle, 2, { ...settings, ...smaller(oracle.sizes) })
      const slopes = made.numberLosses(oracle)
      expectAgreement(made.tensorLosses(oracle), slopes, tolerance)
      expectAgreement(made.losses, slopes, tolerance)
    })

    test.each(native.cpuFeatures())('with the kernels for %s too', async (kernels) => {
      native.selectKernels(kernels)
      const made = await make(data, oracle, 4, settings)
      expectAgreement(made.losses, made.tensorLosses(oracle), tolerance)
    })
  })
}

/** A difference takes two losses for each number of a network. */
function smaller(sizes: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.keys(sizes).flatMap((key) => (/hidden/i.test(key) ? [[key, 7]] : [])))
}

/** Something that the released code does, and so `published` does, and that the other modes do not. */
export interface Slip<Name extends string, Draw, Settings> {
  oracle: (mode: Mode, changes?: Partial<Settings>) => Oracle<Name, Draw>
  /** What makes the oracle of another mode do it. */
  slip: Partial<Settings>
  /** What makes the oracle of `published` do as the others do. */
  others: Partial<Settings>
  /** Losses and networks, in one of which the difference must show. */
  shows: string[]
  tolerance?: number
  /** Native settings that make large steps, so that networks before and after an update, and targets, are far apart. */
  largeSteps?: Record<string, number>
  make?: typeof ComparedUpdate.make<Name, Draw>
}

/** Each mode agrees with its oracle, and does not with one that has the slip where it does not belong. */
export function testSlip<Name extends string, Draw, Settings>(
  title: string,
  {
    oracle,
    slip,
    others,
    shows,
    tolerance,
    largeSteps = { learningRate: 0.01 },
    make = (...run) => ComparedUpdate.make(...run),
  }: Slip<Name, Draw, Settings>,
): void {
  test.each(['published', 'paper', 'modern'] as const)(`${title}: %s`, async (mode) => {
    const right = oracle(mode)
    const wrong = oracle(mode, mode === 'published' ? others : slip)
    const made = await make(dataset, right, 5, largeSteps)
    expectAgreement(made.losses, made.tensorLosses(right), tolerance)
    expectDifference(made.losses, made.tensorLosses(wrong), shows)
  })
}
