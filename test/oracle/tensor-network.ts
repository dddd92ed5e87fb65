import * as tf from '@tensorflow/tfjs'
import type { PolicyLayer } from '../../src/main/platform/native-policy.ts'
import type { Row } from './draw.ts'

tf.enableProdMode() // silences the advice to install a faster back end
await tf.setBackend('cpu')

/** A multilayer perceptron with a native network's weights as TF.js variables. */
export class TensorNetwork {
  readonly layers: { weight: tf.Variable<tf.Rank.R2> | undefined; bias: tf.Variable<tf.Rank.R1>; activation: string }[]

  constructor(layers: PolicyLayer[]) {
    this.layers = layers.map(({ inputs, outputs, weight, bias, activation }) => ({
      weight: inputs > 0 ? tf.variable(tf.tensor2d(weight, [outputs, inputs])) : undefined,
      bias: tf.variable(tf.tensor1d(bias)),
      activation,
    }))
  }

  get variables(): tf.Variable[] {
    return this.layers.flatMap(({ weight, bias }) => (weight ? [weight, bias] : [bias]))
  }

  /** The numbers of a network without inputs. [n] */
  get numbers(): tf.Tensor1D {
    return (this.layers[0] as { bias: tf.Tensor1D }).bias
  }

  /** The inputs stand side by side. [batch, outputs] */
  of(...inputs: tf.Tensor2D[]): tf.Tensor2D {
    let x = inputs.length > 1 ? tf.concat(inputs, 1) : (inputs[0] as tf.Tensor2D)
    for (const { weight, bias, activation } of this.layers) {
      const sum = tf.matMul(x, weight as tf.Tensor2D, false, true).add<tf.Tensor2D>(bias)
      x = activation === 'relu' ? tf.relu(sum) : activation === 'tanh' ? tf.tanh(sum) : sum
    }
    return x
  }
}

/** A mini-batch as tensors: s, next [B, S], a [B, A], r, d [B, 1]. */
export function batchTensors(rows: Row[]) {
  return {
    s: tf.tensor2d(rows.map((row) => row.s)),
    a: tf.tensor2d(rows.map((row) => row.a)),
    r: tf.tensor2d(rows.map((row) => [row.r])),
    next: tf.tensor2d(rows.map((row) => row.next)),
    d: tf.tensor2d(rows.map((row) => [row.d])),
  }
}

/** r + discount (1 - d) value; all [B, 1] */
export function backup(r: tf.Tensor2D, d: tf.Tensor2D, value: tf.Tensor2D, discount: number): tf.Tensor2D {
  return tf.add(r, tf.mul(tf.mul(tf.sub(1, d), discount), value))
}

/**
 * Row 2 of the register: the released code's r and d have the shape [B], so that its target is a square,
 * y_ij = r_j + discount (1 - d_j) value_i. [B, B]
 */
export function crossedBackup(r: tf.Tensor2D, d: tf.Tensor2D, value: tf.Tensor2D, discount: number): tf.Tensor2D {
  return backup(tf.transpose(r), tf.transpose(d), value, discount)
}

/** mean (q - y)^2; for a square y without the constant that its columns' spread adds, which no weight of q changes. */
export function squaredError(y: tf.Tensor2D, q: tf.Tensor2D): tf.Scalar {
  const mean = tf.mean(y, 1, true)
  // (q - y)^2 - (y - mean)^2 as a product: a difference of the two sums would lose digits.
  return tf.mean(tf.mul(tf.sub(q, mean), tf.sub(tf.add(q, mean), tf.mul(2, y))))
}

/** Each row `count` times, the copies side by side: row r becomes rows r count .. r count + count - 1. */
export function repeatRows(x: tf.Tensor2D, count: number): tf.Tensor2D {
  const [rows, columns] = x.shape
  return tf.reshape(tf.tile(tf.reshape(x, [rows, 1, columns]), [1, count, 1]), [rows * count, columns])
}
