import type { BcqSampler, NoiseSampler, PolicyLayer, PolicyParts } from '../../platform/native-policy.ts'
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './onnx-file.ts'

/** Version of the standard operators whose forms are written here. */
export const OPSET = 17

export type OnnxGraph = Pick<OnnxModel, 'nodes' | 'inputs' | 'outputs' | 'tensors'>

/**
 * A policy as an ONNX graph. Deterministic: `observation` [batch, S] -> `action` [batch, A]; with action noise also
 * `noise` [batch, A] of N(0, 1).
 * BCQ: `observation` [1, S], `noise` [samples, J] of N(0, 1) -> `action` [1, A]; clipping and choosing are inside.
 */
export function policyGraph({ networks, sampler }: PolicyParts): OnnxGraph {
  const graph = new GraphBuilder(networks)
  if (!sampler) return actorGraph(graph, networks)
  return sampler.kind === 'bcq' ? bcqGraph(graph, networks, sampler) : noisyGraph(graph, networks, sampler)
}

type Networks = PolicyParts['networks']

function actorGraph(graph: GraphBuilder, networks: Networks): OnnxGraph {
  const { inputs, outputs } = sizes(networks['actor'])
  graph.network('actor', 'observation', 'action')
  return graph.finish(
    [{ name: 'observation', shape: ['batch', inputs] }],
    [{ name: 'action', shape: ['batch', outputs] }],
  )
}

/** action = clip(actor(s) + deviation * noise, ±1) */
function noisyGraph(graph: GraphBuilder, networks: Networks, { deviation }: NoiseSampler): OnnxGraph {
  const { inputs, outputs } = sizes(networks['actor'])
  graph.scalar('deviation', deviation).scalar('action_low', -1).scalar('action_high', 1)
  graph.network('actor', 'observation', 'mean')
  graph.node('Mul', ['noise', 'deviation'], 'deviations')
  graph.node('Add', ['mean', 'deviations'], 'noisy')
  graph.node('Clip', ['noisy', 'action_low', 'action_high'], 'action')
  return graph.finish(
    [
      { name: 'observation', shape: ['batch', inputs] },
      { name: 'noise', shape: ['batch', outputs] },
    ],
    [{ name: 'action', shape: ['batch', outputs] }],
  )
}

function bcqGraph(graph: GraphBuilder, networks: Networks, sampler: BcqSampler): OnnxGraph {
  const { samples, latent, latentClip, bound, perturbsWinner } = sampler
  const { inputs, outputs } = sizes(networks['decoder'])
  const states = inputs - latent
  graph.integers('tiled_shape', [samples, states])
  graph.scalar('latent_low', -latentClip).scalar('latent_high', latentClip)
  graph.scalar('action_low', -1).scalar('action_high', 1).scalar('bound', bound)

  graph.node('Expand', ['observation', 'tiled_shape'], 'observations')
  graph.node('Clip', ['noise', 'latent_low', 'latent_high'], 'z')
  graph.node('Concat', ['z', 'observations'], 'decoder_input', { axis: integer(1) })
  graph.network('decoder', 'decoder_input', 'decoded')
  perturb(graph, 'observations', 'decoded', 'candidates')
  graph.node('Concat', ['observations', 'candidates'], 'critic_input', { axis: integer(1) })
  graph.network('critic', 'critic_input', 'values')
  graph.node('ArgMax', ['values'], 'best', { axis: integer(0), keepdims: integer(0) })
  graph.node('Gather', ['candidates', 'best'], perturbsWinner ? 'winner' : 'action', { axis: integer(0) })
  if (perturbsWinner) perturb(graph, 'observation', 'winner', 'action')
  return graph.finish(
    [
      { name: 'observation', shape: [1, states] },
      { name: 'noise', shape: [samples, latent] },
    ],
    [{ name: 'action', shape: [1, outputs] }],
  )
}

/** to = clip(a + bound * perturbation(s, a), ±1) */
function perturb(graph: GraphBuilder, s: string, a: string, to: string): void {
  graph.node('Concat', [s, a], `${a}_input`, { axis: integer(1) })
  graph.network('perturbation', `${a}_input`, `${a}_direction`)
  graph.node('Mul', [`${a}_direction`, 'bound'], `${a}_step`)
  graph.node('Add', [a, `${a}_step`], `${a}_moved`)
  graph.node('Clip', [`${a}_moved`, 'action_low', 'action_high'], to)
}

class GraphBuilder {
  readonly #networks: Networks
  readonly #nodes: OnnxNode[] = []
  readonly #tensors = new Map<string, OnnxTensor>()

  constructor(networks: Networks) {
    this.#networks = networks
    for (const [name, layers] of Object.entries(networks))
      layers.forEach(({ inputs, outputs, weight, bias }, i) => {
        this.#tensors.set(`${name}.${i}.weight`, { shape: [outputs, inputs], values: weight })
        this.#tensors.set(`${name}.${i}.bias`, { shape: [outputs], values: bias })
      })
  }

  node(operator: string, inputs: string[], output: string, attributes: Record<string, OnnxAttribute> = {}): void {
    this.#nodes.push({ operator, inputs, outputs: [output], attributes })
  }

  /** The layers of a network from the tensor `from` to the tensor `to`. */
  network(name: string, from: string, to: string): void {
    const layers = this.#networks[name] ?? []
    let x = from
    for (const [i, { activation }] of layers.entries()) {
      const y = i === layers.length - 1 ? to : `${to}.${name}.${i}`
      const sum = activation === 'linear' ? y : `${y}.sum`
      this.node('Gemm', [x, `${name}.${i}.weight`, `${name}.${i}.bias`], sum, { transB: integer(1) })
      if (activation !== 'linear') this.node(activation === 'relu' ? 'Relu' : 'Tanh', [sum], y)
      x = y
    }
  }

  scalar(name: string, value: number): this {
    this.#tensors.set(name, { shape: [], values: Float32Array.of(value) })
    return this
  }

  integers(name: string, values: number[]): this {
    this.#tensors.set(name, { shape: [values.length], values: BigInt64Array.from(values, BigInt) })
    return this
  }

  finish(inputs: OnnxValue[], outputs: OnnxValue[]): OnnxGraph {
    return { nodes: this.#nodes, tensors: this.#tensors, inputs, outputs }
  }
}

function integer(value: number): OnnxAttribute {
  return { kind: 'int', value }
}

function sizes(layers: readonly PolicyLayer[] = []): { inputs: number; outputs: number } {
  return { inputs: layers[0]?.inputs ?? 0, outputs: layers.at(-1)?.outputs ?? 0 }
}
