import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as Core from '@tensorflow/tfjs-core'
import type * as Layers from '@tensorflow/tfjs-layers'
import { refusal } from '../../contract/problem.ts'
import { appRoot } from '../platform/app-root.ts'

/** What is used of TensorFlow.js, whoever computes. */
export interface Tensorflow {
  /** `tfjs-node`: TensorFlow's own library. `tfjs`: plain JavaScript. */
  name: 'tfjs-node' | 'tfjs'
  core: typeof Core
  layers: typeof Layers
}

let loaded: Promise<Tensorflow> | undefined

/** TensorFlow.js, loaded at first use because it takes its time: the library where it is installed, else plain JavaScript. */
export function tensorflow(): Promise<Tensorflow> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Tensorflow> {
  return withLibrary() ?? (await plain())
}

function withLibrary(): Tensorflow | null {
  const require = createRequire(join(appRoot, 'package.json'))
  // Node 24 has dropped two functions of `util` that tfjs-node 4 still calls.
  const util = require('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
  try {
    const all = require('@tensorflow/tfjs-node') as typeof Core & typeof Layers
    return { name: 'tfjs-node', core: all, layers: all }
  } catch {
    // Not installed, or without its library on this machine: plain JavaScript gives the same numbers.
    return null
  }
}

async function plain(): Promise<Tensorflow> {
  try {
    const core = await import('@tensorflow/tfjs-core')
    await import('@tensorflow/tfjs-backend-cpu')
    const layers = await import('@tensorflow/tfjs-layers')
    // Production mode only keeps it from advertising tfjs-node on stderr.
    core.enableProdMode()
    await core.setBackend('cpu')
    return { name: 'tfjs', core, layers }
  } catch (error) {
    throw refusal(
      'tensorflow-missing',
      'This policy runs through TensorFlow.js, which is not installed here. Nothing moved.',
      'Install it in the folder of Forager with: npm install --no-save @tensorflow/tfjs-core@4.22.0 ' +
        '@tensorflow/tfjs-layers@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0',
      String(error),
    )
  }
}
