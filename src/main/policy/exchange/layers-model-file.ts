import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { ForeignFileError } from './foreign-file-error.ts'

export const MODEL_FILE = 'model.json'
export const WEIGHT_FILE = 'weights.bin'
/** Larger files are no policies that could act twenty times a second. */
const MOST_BYTES = 512 << 20

/** One weight in the manifest of a TensorFlow.js LayersModel; in the file they lie one after another. */
const weightSpecSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.enum(['float32', 'int32', 'bool']),
  quantization: z
    .looseObject({
      dtype: z.enum(['uint8', 'uint16', 'float16']),
      scale: z.number().optional(),
      min: z.number().optional(),
    })
    .optional(),
})
export type WeightSpec = z.infer<typeof weightSpecSchema>

const modelFileSchema = z.object({
  format: z.string().optional(),
  generatedBy: z.string().nullish(),
  convertedBy: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(weightSpecSchema) })),
  userDefinedMetadata: z.record(z.string(), z.unknown()).nullish(),
})

/** `model.json` with its weight files, whole and consistent. */
export interface LayersModelFile {
  topology: Record<string, unknown>
  metadata: Record<string, unknown>
  producer: string
  weightSpecs: WeightSpec[]
  weightData: Uint8Array
  /** SHA-256 of model.json and the weight files in their order. */
  hash: string
}

/** Reads a model. Throws ForeignFileError when it cannot be read, is damaged or is no LayersModel. */
export function readLayersModel(modelPath: string): LayersModelFile {
  const hash = createHash('sha256')
  const text = readSmall(modelPath, 'it')
  hash.update(text)
  const model = parseModel(text)
  const files = model.weightsManifest
    .flatMap((group) => group.paths)
    .map((name) => {
      // A path in a file must not lead out of its folder.
      if (!/^[\w-][\w.-]*$/.test(name)) throw new ForeignFileError('unsupported', `it names the weight file "${name}"`)
      return readSmall(join(dirname(modelPath), name), `its weight file "${name}"`)
    })
  for (const file of files) hash.update(file)
  const weightData = Buffer.concat(files)
  const weightSpecs = model.weightsManifest.flatMap((group) => group.weights)
  const wanted = weightSpecs.reduce((sum, spec) => sum + byteLength(spec), 0)
  if (wanted !== weightData.length)
    throw new ForeignFileError(
      'damaged',
      `its weight files have ${weightData.length} bytes, its manifest says ${wanted}`,
    )
  return {
    topology: model.modelTopology,
    metadata: model.userDefinedMetadata ?? {},
    producer: model.generatedBy ?? model.convertedBy ?? '',
    weightSpecs,
    weightData,
    hash: hash.digest('hex'),
  }
}

function parseModel(text: Buffer): z.infer<typeof modelFileSchema> {
  let json: unknown
  try {
    json = JSON.parse(text.toString('utf8'))
  } catch {
    throw new ForeignFileError('damaged', 'it is not JSON')
  }
  const { format } = (json ?? {}) as { format?: unknown }
  if (format === 'graph-model')
    throw new ForeignFileError('unsupported', 'it is a TensorFlow.js GraphModel; a LayersModel is read')
  const parsed = modelFileSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new ForeignFileError('damaged', `"${where}" is missing or has the wrong form`)
}

/** A whole file of a size that a policy can have; `what` names it in a refusal. */
export function readSmall(path: string, what: string): Buffer {
  try {
    if (statSync(path).size <= MOST_BYTES) return readFileSync(path)
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    throw new ForeignFileError(
      'unreadable',
      code === 'ENOENT' ? `${what} is missing` : `${what} cannot be opened (${code})`,
    )
  }
  throw new ForeignFileError('unsupported', `${what} is larger than ${MOST_BYTES >> 20} MiB`)
}

const BYTES = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const

function byteLength({ shape, dtype, quantization }: WeightSpec): number {
  return BYTES[quantization?.dtype ?? dtype] * shape.reduce((product, size) => product * size, 1)
}

export interface FloatWeight {
  shape: number[]
  values: Float32Array
}

/** Weights of plain 32-bit floating point by name; null when one has another form. */
export function floatWeights({ weightSpecs, weightData }: LayersModelFile): Map<string, FloatWeight> | null {
  const view = new DataView(weightData.buffer, weightData.byteOffset, weightData.byteLength)
  const weights = new Map<string, FloatWeight>()
  let at = 0
  for (const spec of weightSpecs) {
    if (spec.dtype !== 'float32' || spec.quantization) return null
    const from = at
    const values = Float32Array.from({ length: byteLength(spec) / 4 }, (_, i) => view.getFloat32(from + 4 * i, true))
    at += 4 * values.length
    weights.set(spec.name, { shape: spec.shape, values })
  }
  return weights
}

/** The two files of a model: `model.json` and `weights.bin`. */
export function layersModelFiles(model: Omit<LayersModelFile, 'hash'>): Record<string, Uint8Array> {
  const json = {
    format: 'layers-model',
    generatedBy: model.producer,
    convertedBy: null,
    modelTopology: model.topology,
    weightsManifest: [{ paths: [WEIGHT_FILE], weights: model.weightSpecs }],
    userDefinedMetadata: model.metadata,
  }
  return { [MODEL_FILE]: Buffer.from(JSON.stringify(json), 'utf8'), [WEIGHT_FILE]: model.weightData }
}
