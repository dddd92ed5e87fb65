import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { temporaryFolder } from '../dataset/synthetic.ts'

/** Saves a model as TensorFlow.js itself does. */
export async function saved(
  model: tf.LayersModel,
  changes: Record<string, unknown> = {},
  folder = temporaryFolder(),
): Promise<string> {
  mkdirSync(folder, { recursive: true })
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      const { weightData, weightSpecs, ...rest } = artifacts
      const json = { ...rest, weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights: weightSpecs }], ...changes }
      writeFileSync(join(folder, 'model.json'), JSON.stringify(json))
      writeFileSync(join(folder, 'group1-shard1of1.bin'), Buffer.from(weightData as ArrayBuffer))
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } })
    }),
  )
  return folder
}
