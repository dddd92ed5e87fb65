import type { BcqSampler, NoiseSampler, PolicyLayer, PolicyParts } from '../../platform/native-policy.ts'
import type { WeightSpec } from './layers-model-file.ts'

export interface LayersModelParts {
  topology: Record<string, unknown>
  weightSpecs: WeightSpec[]
  weightData: Uint8Array
}

/**
 * A policy as a TensorFlow.js LayersModel, in the form of Keras 2. Deterministic: one chain of Dense layers.
 * With action noise: inputs `observation` [n, S] and `noise` [n, A] of N(0, 1), output the action.
 * BCQ: inputs `observation` [n, S] and `noise` [n, J] of N(0, 1), outputs `candidates` [n, A] and `values` [n, 1]:
 * a LayersModel cannot choose between the rows of a batch, so the caller takes the candidate of the largest value.
 */
export function policyTopology(parts: PolicyParts): LayersModelParts {
  const model = { keras_version: '2.15.0', backend: 'tensorflow', model_config: topologyOf(parts) }
  return { topology: model, ...weightsOf(parts.networks) }
}

function topologyOf({ networks, sampler }: PolicyParts): LayerJson {
  if (!sampler) return actorTopology(networks['actor'] ?? [])
  return sampler.kind === 'bcq' ? bcqTopology(networks, sampler) : noisyTopology(networks, sampler)
}

/** Every kernel [inputs, outputs] and bias [outputs] in the order of the networks. */
function weightsOf(networks: PolicyParts['networks']): Pick<LayersModelParts, 'weightSpecs' | 'weightData'> {
  const weightSpecs: WeightSpec[] = []
  const named = Object.entries(networks).flatMap(([name, layers]) =>
    layers.map((layer, i) => ({ name: `${name}_${i}`, ...layer })),
  )
  const count = named.reduce((sum, { weight, bias }) => sum + weight.length + bias.length, 0)
  const view = new DataView(new ArrayBuffer(4 * count))
  let at = 0
  const put = (value: number): void => view.setFloat32(4 * at++, value, true)
  for (const { name, inputs, outputs, weight, bias } of named) {
    weightSpecs.push({ name: `${name}/kernel`, shape: [inputs, outputs], dtype: 'float32' })
    for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) put(weight[o * inputs + i] ?? NaN)
    weightSpecs.push({ name: `${name}/bias`, shape: [outputs], dtype: 'float32' })
    bias.forEach(put)
  }
  return { weightSpecs, weightData: new Uint8Array(view.buffer) }
}

type LayerJson = { class_name: string; config: Record<string, unknown> }

function actorTopology(layers: readonly PolicyLayer[]): LayerJson {
  const input = inputLayer('observation', layers[0]?.inputs ?? 0)
  return {
    class_name: 'Sequential',
    config: { name: 'policy', layers: [input, ...layers.map((layer, i) => dense(`actor_${i}`, layer))] },
  }
}

function noisyTopology(networks: PolicyParts['networks'], { deviation }: NoiseSampler): LayerJson {
  const actor = networks['actor'] ?? []
  const model = new FunctionalModel(networks)
  const observation = model.input('observation', actor[0]?.inputs ?? 0)
  const noise = model.input('noise', actor.at(-1)?.outputs ?? 0)
  const deviations = model.apply(rescaling('deviations', deviation, 0), [noise])
  const noisy = model.apply(merge('Add', 'noisy'), [model.network('actor', observation), deviations])
  return model.finish([observation, noise], [model.clip('action', noisy, 1)])
}

function bcqTopology(networks: PolicyParts['networks'], sampler: BcqSampler): LayerJson {
  const { latent, latentClip, bound, perturbsWinner } = sampler
  const model = new FunctionalModel(networks)
  const states = (networks['decoder']?.[0]?.inputs ?? 0) - latent
  const observation = model.input('observation', states)
  const noise = model.input('noise', latent)
  const z = model.clip('z', noise, latentClip)
  const decoded = model.network('decoder', model.join('decoder_input', z, observation))
  const perturb = (name: string, action: Value): Value => {
    const direction = model.network('perturbation', model.join(`${name}_input`, observation, action))
    const step = model.apply(rescaling(`${name}_step`, bound, 0), [direction])
    return model.clip(name, model.apply(merge('Add', `${name}_moved`), [action, step]), 1)
  }
  const tried = perturb('candidate', decoded)
  const values = model.network('critic', model.join('critic_input', observation, tried))
  // The winner is perturbed once more: every candidate is, so that the choice stays with the caller.
  const candidates = perturbsWinner ? perturb('winner', tried) : tried
  return model.finish([observation, noise], [candidates, values])
}

/** Output of a layer: its name and which of its applications it is. */
type Value = [layer: string, application: number]

/** Collects the layers of a model with several inputs and outputs. */
class FunctionalModel {
  readonly #networks: PolicyParts['networks']
  readonly #layers = new Map<string, LayerJson & { name: string; inbound_nodes: unknown[] }>()

  constructor(networks: PolicyParts['networks']) {
    this.#networks = networks
  }

  input(name: string, size: number): Value {
    this.#layers.set(name, { ...inputLayer(name, size), name, inbound_nodes: [] })
    return [name, 0]
  }

  /** Applies a layer, which it adds at first use. */
  apply(layer: LayerJson, inputs: readonly Value[]): Value {
    const name = String(layer.config['name'])
    const known = this.#layers.get(name) ?? { ...layer, name, inbound_nodes: [] }
    this.#layers.set(name, known)
    known.inbound_nodes.push(inputs.map(([from, application]) => [from, application, 0, {}]))
    return [name, known.inbound_nodes.length - 1]
  }

  network(name: string, input: Value): Value {
    const layers = this.#networks[name] ?? []
    return layers.reduce((x, layer, i) => this.apply(dense(`${name}_${i}`, layer), [x]), input)
  }

  join(name: string, ...values: Value[]): Value {
    return this.apply(merge('Concatenate', name, { axis: -1 }), values)
  }

  /** clip(x, ±limit) = min(max(x + limit, 0), 2 limit) - limit: no standard layer clips below by itself. */
  clip(name: string, value: Value, limit: number): Value {
    const raised = this.apply(rescaling(`${name}_raised`, 1, limit), [value])
    const cut = this.apply(relu(`${name}_cut`, 2 * limit), [raised])
    return this.apply(rescaling(name, 1, -limit), [cut])
  }

  finish(inputs: readonly Value[], outputs: readonly Value[]): LayerJson {
    const ends = (values: readonly Value[]): unknown[] => values.map(([name, application]) => [name, application, 0])
    const layers = [...this.#layers.values()]
    return {
      class_name: 'Functional',
      config: { name: 'policy', layers, input_layers: ends(inputs), output_layers: ends(outputs) },
    }
  }
}

function inputLayer(name: string, size: number): LayerJson {
  const config = { batch_input_shape: [null, size], dtype: 'float32', sparse: false, ragged: false, name }
  return { class_name: 'InputLayer', config }
}

function dense(name: string, { outputs, activation }: PolicyLayer): LayerJson {
  return {
    class_name: 'Dense',
    config: {
      name,
      trainable: true,
      dtype: 'float32',
      units: outputs,
      activation,
      use_bias: true,
      kernel_initializer: { class_name: 'GlorotUniform', config: { seed: null } },
      bias_initializer: { class_name: 'Zeros', config: {} },
      kernel_regularizer: null,
      bias_regularizer: null,
      activity_regularizer: null,
      kernel_constraint: null,
      bias_constraint: null,
    },
  }
}

function rescaling(name: string, scale: number, offset: number): LayerJson {
  return { class_name: 'Rescaling', config: { name, trainable: true, dtype: 'float32', scale, offset } }
}

function relu(name: string, limit: number): LayerJson {
  const config = { name, trainable: true, dtype: 'float32', max_value: limit, negative_slope: 0, threshold: 0 }
  return { class_name: 'ReLU', config }
}

function merge(kind: 'Add' | 'Concatenate', name: string, settings: Record<string, unknown> = {}): LayerJson {
  return { class_name: kind, config: { name, trainable: true, dtype: 'float32', ...settings } }
}
