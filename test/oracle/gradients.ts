import * as tf from '@tensorflow/tfjs'
import type { NumberNetwork } from './numbers/network.ts'
import type { Loss } from './oracle.ts'
import type { TensorNetwork } from './tensor-network.ts'

/** Loss by name, and the gradient of each trained network: per layer its weights [outputs, inputs], then its biases. */
export interface LossesAndGradients {
  losses: Record<string, number>
  gradients: Record<string, Float64Array>
}

/** By TF.js's automatic differentiation, in single precision. */
export function differentiate<Name extends string>(
  losses: Loss<tf.Scalar, Name>[],
  networks: Record<Name, TensorNetwork>,
): LossesAndGradients {
  const result: LossesAndGradients = { losses: {}, gradients: {} }
  for (const { name, trains, value } of losses) {
    if (trains.length === 0) {
      if (name) result.losses[name] = value().dataSync()[0] as number
      continue
    }
    const variables = trains.flatMap((network) => networks[network].variables)
    const { value: loss, grads } = tf.variableGrads(value, variables)
    if (name) result.losses[name] = loss.dataSync()[0] as number
    for (const network of trains) {
      const parts = networks[network].variables.map((variable) => (grads[variable.name] as tf.Tensor).dataSync())
      result.gradients[network] = joined(parts)
    }
  }
  return result
}

/** By central differences, in double precision. */
export function differences<Name extends string>(
  losses: Loss<number, Name>[],
  networks: Record<Name, NumberNetwork>,
): LossesAndGradients {
  const step = 1e-6 // small beside the distance of a ReLU's input from 0
  const result: LossesAndGradients = { losses: {}, gradients: {} }
  for (const { name, trains, value } of losses) {
    if (name) result.losses[name] = value()
    for (const network of trains) {
      const slopes = networks[network].variables.map((numbers) =>
        numbers.map((at, i) => {
          numbers[i] = at + step
          const above = value()
          numbers[i] = at - step
          const below = value()
          numbers[i] = at
          return (above - below) / (2 * step)
        }),
      )
      result.gradients[network] = joined(slopes)
    }
  }
  return result
}

export function joined(parts: ArrayLike<number>[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => Array.from(part)))
}

/** The gradient of one network, shortened to `largest`; its length before is reported among the losses. */
export function limitedTo(
  { losses, gradients }: LossesAndGradients,
  name: string,
  largest: number,
): LossesAndGradients {
  const gradient = gradients[name]
  if (!gradient) return { losses, gradients }
  const gradientNorm = Math.hypot(...gradient)
  const factor = Math.min(1, largest / gradientNorm)
  return { losses: { ...losses, gradientNorm }, gradients: { ...gradients, [name]: gradient.map((g) => factor * g) } }
}
