import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { PolicyLayer } from '../../platform/native-policy.ts'
import type { FloatWeight } from './layers-model-file.ts'

const layerSchema = z.object({
  class_name: z.string(),
  config: z.looseObject({ name: z.string() }),
  inbound_nodes: z.array(z.unknown()).optional(),
})
type LayerJson = z.infer<typeof layerSchema>

/** A Keras Dense layer, and the settings that change what it computes. */
const denseSchema = z.looseObject({
  name: z.string(),
  units: z.int().min(1),
  activation: z.string().default('linear'),
  use_bias: z.boolean().default(true),
})

const modelSchema = z.object({
  class_name: z.enum(['Sequential', 'Functional', 'Model']),
  config: z.union([
    z.array(layerSchema),
    z.looseObject({
      layers: z.array(layerSchema),
      input_layers: z.unknown().optional(),
      output_layers: z.unknown().optional(),
    }),
  ]),
})

const ACTIVATIONS = ['relu', 'tanh', 'linear'] as const

/**
 * The layers of a model that is nothing but a chain of Dense layers with ReLU, tanh or no activation, which may be a
 * layer of its own. Null for every other model, and for one whose weights are not where Keras puts them.
 */
export function layersOfTopology(
  topology: Record<string, unknown>,
  weights: ReadonlyMap<string, FloatWeight>,
): PolicyLayer[] | null {
  const parsed = modelSchema.safeParse(topology['model_config'] ?? topology)
  if (!parsed.success) return null
  const { class_name: kind, config } = parsed.data
  const listed = Array.isArray(config) ? config : config.layers
  if (kind !== 'Sequential' && !isChain(config)) return null
  if (!takesVectors(listed[0])) return null
  const layers: PolicyLayer[] = []
  // A weight that no layer takes would mean that something is not understood.
  const left = new Map(weights)
  for (const [i, layer] of listed.entries()) {
    if (layer.class_name === 'InputLayer' && i === 0) continue
    if (layer.class_name === 'Activation') {
      if (!activate(layers.at(-1), layer.config['activation'])) return null
      continue
    }
    const read = layer.class_name === 'Dense' ? readDense(layer, left) : null
    if (!read) return null
    layers.push(read)
  }
  if (layers.length === 0 || left.size > 0) return null
  return fits(layers) ? layers : null
}

type ModelConfig = z.infer<typeof modelSchema>['config']

/** Each layer is applied once, to the one before it; the first is the input and the last the output. */
function isChain(config: ModelConfig): boolean {
  if (Array.isArray(config)) return false
  const { layers, input_layers: inputs, output_layers: outputs } = config
  const ends = [[[layers[0]?.config.name, 0, 0]], [[layers.at(-1)?.config.name, 0, 0]]]
  const fed = layers.every(({ inbound_nodes: nodes = [] }, i) =>
    isDeepStrictEqual(nodes, i === 0 ? [] : [[[layers[i - 1]?.config.name, 0, 0, {}]]]),
  )
  return fed && isDeepStrictEqual([inputs, outputs], ends)
}

/** The input, where its shape is said, is [batch, size]. */
function takesVectors(first: LayerJson | undefined): boolean {
  const shape = first?.config['batch_input_shape'] ?? first?.config['batch_shape']
  return shape === undefined || (Array.isArray(shape) && shape.length === 2)
}

/** Takes the weights of a Dense layer out of `left`; null when they are not those that it describes. */
function readDense({ config }: LayerJson, left: Map<string, FloatWeight>): PolicyLayer | null {
  const parsed = denseSchema.safeParse(config)
  if (!parsed.success) return null
  const { name, units, activation, use_bias: hasBias } = parsed.data
  const kernel = left.get(`${name}/kernel`)
  const bias = left.get(`${name}/bias`)
  const [inputs = 0, outputs = 0] = kernel?.shape ?? []
  if (!kernel || kernel.shape.length !== 2 || inputs < 1 || outputs !== units) return null
  if (hasBias ? bias?.shape.join() !== String(units) : bias !== undefined) return null
  left.delete(`${name}/kernel`)
  left.delete(`${name}/bias`)
  const layer: PolicyLayer = {
    inputs,
    outputs,
    activation: 'linear',
    weight: Float32Array.from(
      kernel.values,
      (_, k) => kernel.values[(k % inputs) * outputs + Math.floor(k / inputs)] ?? NaN,
    ),
    bias: bias?.values ?? new Float32Array(outputs),
  }
  return activate(layer, activation) ? layer : null
}

/** Puts an activation behind a layer that has none yet; false when that cannot be. */
function activate(layer: PolicyLayer | undefined, activation: unknown): boolean {
  const known = ACTIVATIONS.find((name) => name === activation)
  if (!layer || known === undefined) return false
  if (known === 'linear') return true
  if (layer.activation !== 'linear') return false
  layer.activation = known
  return true
}

function fits(layers: readonly PolicyLayer[]): boolean {
  return layers.every((layer, i) => i === 0 || layer.inputs === layers[i - 1]?.outputs)
}
