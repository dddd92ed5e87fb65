import { z } from 'zod'

/** Which output of which application of which layer goes in. */
const sourceSchema = z.tuple([z.string(), z.int().min(0), z.int().min(0)], z.unknown())

const layerSchema = z.object({
  name: z.string(),
  class_name: z.string(),
  config: z.looseObject({ name: z.string() }),
  inbound_nodes: z.array(z.array(sourceSchema).min(1)),
})
type LayerJson = z.infer<typeof layerSchema>

const functionalSchema = z.object({
  class_name: z.enum(['Functional', 'Model']),
  config: z.looseObject({ layers: z.array(layerSchema) }),
})

/** Layers that give a value before they are applied to anything. */
const SOURCES = ['InputLayer', 'Functional', 'Model', 'Sequential']

/**
 * Why the layers of a LayersModel, or of a model inside it, cannot be put in an order in which each finds its inputs;
 * null when they can. TensorFlow.js looks for such an order for ever where there is none.
 */
export function orderProblem(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const { class_name: kind } = value as { class_name?: unknown }
  if (kind === 'Functional' || kind === 'Model') {
    const parsed = functionalSchema.safeParse(value)
    if (!parsed.success)
      return `"${parsed.error.issues[0]?.path.join('.') ?? ''}" of its layers is missing or has the wrong form`
    const problem = functionalProblem(parsed.data.config.layers)
    if (problem !== null) return problem
  }
  for (const inner of Object.values(value)) {
    const problem = orderProblem(inner)
    if (problem !== null) return problem
  }
  return null
}

function functionalProblem(layers: readonly LayerJson[]): string | null {
  const renamed = layers.find(({ name, config }) => name !== config.name)
  if (renamed) return `its layer "${renamed.name}" has two names`
  /** Applications of each layer that are made so far. */
  const made = new Map(layers.map(({ name, class_name: kind }) => [name, SOURCES.includes(kind) ? 1 : 0]))
  if (made.size < layers.length) return 'two of its layers have the same name'
  let waiting = layers.flatMap(({ name, inbound_nodes: nodes }) => nodes.map((sources) => ({ name, sources })))
  while (waiting.length > 0) {
    const rest = waiting.filter(({ name, sources }) => {
      const ready = sources.every(([from, application]) => application < (made.get(from) ?? 0))
      if (ready) made.set(name, (made.get(name) ?? 0) + 1)
      return !ready
    })
    if (rest.length === waiting.length) return `its layer "${rest[0]?.name ?? ''}" waits for inputs that never come`
    waiting = rest
  }
  return null
}
