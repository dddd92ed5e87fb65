import type { io } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { ProblemError } from '../../contract/problem.ts'
import type { Policy } from '../platform/native-policy.ts'
import { tensorflow } from './tensorflow.ts'
import type { Tensorflow } from './tensorflow.ts'
import { ForeignFileError } from './exchange/foreign-file-error.ts'
import type { LayersModelFile } from './exchange/layers-model-file.ts'
import { orderProblem } from './exchange/layers-order.ts'

/** Largest output of a layer, numbers: more is no policy that could act twenty times a second. */
const MOST_NUMBERS = 10_000_000

/** A LayersModel that is run as it is, by TensorFlow.js. act() blocks until its numbers are there. */
class TensorflowPolicy implements Policy {
  readonly observationSize: number
  readonly actionSize: number
  readonly #tensorflow: Tensorflow
  readonly #model: LayersModel

  constructor(runtime: Tensorflow, model: LayersModel, observationSize: number, actionSize: number) {
    this.#tensorflow = runtime
    this.#model = model
    this.observationSize = observationSize
    this.actionSize = actionSize
  }

  act(observation: Float32Array, action: Float32Array): void {
    const { core } = this.#tensorflow
    core.tidy(() => {
      const output = this.#model.predict(core.tensor2d(observation, [1, this.observationSize]))
      if (Array.isArray(output)) throw new Error('the model has several outputs')
      action.set(output.dataSync())
    })
  }

  reset(): void {
    // Nothing is drawn: layers that add noise do so in training only.
  }
}

/** Loads a model and tries it once. Throws ForeignFileError when TensorFlow.js cannot run it or its sizes are not a policy's. */
export async function loadTensorflowPolicy(
  file: Pick<LayersModelFile, 'topology' | 'weightSpecs' | 'weightData'>,
): Promise<Policy> {
  const problem = orderProblem(file.topology)
  if (problem !== null) throw new ForeignFileError('damaged', problem)
  const runtime = await tensorflow()
  try {
    const model = await runtime.layers.loadLayersModel({
      load: () =>
        Promise.resolve({
          modelTopology: withoutInitializers(file.topology) as object,
          weightSpecs: file.weightSpecs as io.WeightsManifestEntry[],
          // A buffer of its own: the weights may lie anywhere in a larger one.
          weightData: new Uint8Array(file.weightData).buffer,
        }),
    })
    const policy = new TensorflowPolicy(runtime, model, ...sizesOf(model))
    // The first call compiles kernels: better now than at the first tick.
    const action = new Float32Array(policy.actionSize)
    policy.act(new Float32Array(policy.observationSize), action)
    if (!action.every(Number.isFinite)) throw new ForeignFileError('unfit', 'its action is not finite numbers')
    return policy
  } catch (error) {
    if (error instanceof ForeignFileError || error instanceof ProblemError) throw error
    const [why = ''] = String(error instanceof Error ? error.message : error).split('\n')
    throw new ForeignFileError(
      'unsupported',
      `TensorFlow.js cannot run it${why === '' ? '' : `: ${why.slice(0, 300)}`}`,
    )
  }
}

/** Observation and action size of a model with one input [batch, S] and one output [batch, A]. */
function sizesOf(model: LayersModel): [observationSize: number, actionSize: number] {
  const [input, output] = [model.inputs, model.outputs].map((ends, i) => {
    const shape = ends[0]?.shape ?? []
    const size = shape[1]
    const name = i === 0 ? 'input' : 'output'
    if (ends.length !== 1) throw new ForeignFileError('unfit', `it has ${ends.length} ${name}s; a policy has one`)
    if (shape.length !== 2 || typeof size !== 'number')
      throw new ForeignFileError('unfit', `its ${name} is [${shape.join(', ')}], not [batch, size]`)
    return size
  }) as [number, number]
  for (const { name, outputShape } of model.layers) {
    const sizes = outputShape.flat().map((size) => (typeof size === 'number' ? size : 1))
    if (sizes.reduce((product, size) => product * size, 1) > MOST_NUMBERS)
      throw new ForeignFileError('unfit', `its layer "${name}" gives more than ${MOST_NUMBERS} numbers`)
  }
  return [input, output]
}

/** Initial weights are replaced by those of the file; computing them first can take long. */
function withoutInitializers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutInitializers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key.endsWith('_initializer') && inner !== null ? { class_name: 'Zeros', config: {} } : withoutInitializers(inner),
    ]),
  )
}
