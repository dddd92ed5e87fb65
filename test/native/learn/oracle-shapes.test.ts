import { describe, expect, test } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { PolicyLayer } from '../../../src/main/platform/native-policy.ts'
import type { Mode } from '../../oracle/oracle.ts'

/** HalfCheetah */
const states = 17
const actions = 6
const latent = 2 * actions

type Shapes = Record<string, number[]>

/** Layer sizes by network, with the targets of `online` named `targetX`. */
function withTargets(online: Shapes, followed: string[]): Shapes {
  const targets = followed.map((name) => [`target${name[0]?.toUpperCase()}${name.slice(1)}`, online[name] ?? []])
  return { ...online, ...(Object.fromEntries(targets) as Shapes) }
}

const actor = (...hidden: number[]) => [states, ...hidden, actions]
const gaussian = (...hidden: number[]) => [states, ...hidden, 2 * actions]
const critics = (...hidden: number[]) => ({ critic1: [states + actions, ...hidden, 1], critic2: [states + actions, ...hidden, 1] })
const bothCritics = ['critic1', 'critic2']

const td3 = (...hidden: number[]) =>
  withTargets({ actor: actor(...hidden), ...critics(...hidden) }, ['actor', ...bothCritics])
const bcq = (followed: string[]) =>
  withTargets(
    {
      encoder: [states + actions, 750, 750, 2 * latent],
      decoder: [latent + states, 750, 750, actions],
      perturbation: [states + actions, 400, 300, actions],
      ...critics(400, 300),
    },
    [...followed, ...bothCritics],
  )
const iql = withTargets(
  { value: [states, 256, 256, 1], actor: actor(256, 256), logDeviation: [0, actions], ...critics(256, 256) },
  bothCritics,
)
const cql = withTargets({ actor: gaussian(256, 256, 256), logAlpha: [0, 1], ...critics(256, 256, 256) }, bothCritics)

const model = (outputs: number) => [states + actions, 300, 400, outputs]
const rollout = { model1: model(states), model2: model(states), hazard: model(1), reward: model(1), actor: actor(256, 256) }

/** Of the releases that each method is taken from, with the batch that each column names. */
const expected: Record<string, Record<Mode, { batch: number; shapes: Shapes }>> = {
  td3: {
    published: { batch: 100, shapes: td3(400, 300) },
    paper: { batch: 100, shapes: td3(400, 300) },
    modern: { batch: 256, shapes: td3(256, 256) },
  },
  td3_bc: {
    published: { batch: 256, shapes: td3(256, 256) },
    paper: { batch: 256, shapes: td3(256, 256) },
    modern: { batch: 256, shapes: td3(256, 256) },
  },
  bcq: {
    published: { batch: 100, shapes: bcq([]) },
    paper: { batch: 100, shapes: bcq(['perturbation']) },
    modern: { batch: 100, shapes: bcq(['perturbation']) },
  },
  iql: {
    published: { batch: 256, shapes: iql },
    paper: { batch: 256, shapes: iql },
    modern: { batch: 256, shapes: iql },
  },
  cql: {
    published: { batch: 256, shapes: cql },
    paper: { batch: 256, shapes: cql },
    modern: { batch: 256, shapes: cql },
  },
  sac: {
    published: {
      batch: 256,
      shapes: withTargets(
        { actor: actor(400, 300), deviation: actor(400, 300), value: [states, 400, 300, 1], ...critics(400, 300) },
        ['value'],
      ),
    },
    paper: {
      batch: 256,
      shapes: withTargets({ actor: gaussian(256, 256), value: [states, 256, 256, 1], ...critics(256, 256) }, ['value']),
    },
    modern: {
      batch: 256,
      shapes: withTargets({ actor: gaussian(256, 256), logAlpha: [0, 1], ...critics(256, 256) }, bothCritics),
    },
  },
  rollout: {
    published: { batch: 256, shapes: rollout },
    paper: { batch: 256, shapes: rollout },
    modern: { batch: 256, shapes: rollout },
  },
}

const everyWay = Object.entries(expected).flatMap(([learner, modes]) =>
  Object.entries(modes).map(([mode, shape]) => ({ learner, mode: mode as Mode, ...shape })),
)

describe('networks and batches by default', () => {
  test.each(everyWay)('$learner $mode', ({ learner, mode, batch, shapes }) => {
    const replay = new native.Replay({ observationSize: states, actionSize: actions })
    // Normalisation wants transitions.
    replay.addEpisode(new Float32Array(2 * states), new Float32Array(actions), new Float32Array(1), true)
    const job = new native.TrainingJob({ learner, mode, settings: {}, seed: 1, threads: 1, replay })
    const sizesOf = (layers: PolicyLayer[]) => [layers[0]?.inputs, ...layers.map((layer) => layer.outputs)]
    const sizes = Object.entries(job.networks()).map(([name, layers]) => [name, sizesOf(layers)])
    job.close()
    expect(Object.fromEntries(sizes)).toEqual(shapes)
    const settings = native.describeLearners().find(({ name }) => name === learner)?.settings
    expect(settings?.find(({ key }) => key === 'batch')?.defaults[mode]).toBe(batch)
  })
})

test('no learner is left out', () => {
  expect(Object.keys(expected).sort()).toEqual(native.describeLearners().map(({ name }) => name).sort())
})
