import type { PolicyLayer } from '../../platform/native-policy.ts'
import { ForeignFileError } from './foreign-file-error.ts'
import type { OnnxModel, OnnxNode, OnnxTensor } from './onnx-file.ts'

/** Older versions of Gemm and Add broadcast in another way. */
const OLDEST_OPSET = 7
const READ_OPERATORS = 'Gemm, MatMul with Add, Relu, Tanh and Identity'

/**
 * The layers of a feed-forward graph: one input, one output and a chain of Gemm, MatMul with Add, Relu, Tanh and
 * Identity between them. Throws ForeignFileError for any other graph, naming the operator that is not read.
 */
export function layersOfGraph(model: OnnxModel): PolicyLayer[] {
  if (model.opset < OLDEST_OPSET)
    throw unsupported(
      `it uses version ${model.opset} of the standard operators; version ${OLDEST_OPSET} or newer is read`,
    )
  const { input, output } = ends(model)
  const tensors = withIdentities(model)
  const chain = chainOf(model, tensors, input, output)
  const layers: PolicyLayer[] = []
  for (let at = 0; at < chain.length; at++) {
    const node = chain[at] as OnnxNode
    const next = chain[at + 1]
    if (node.operator === 'Gemm') layers.push(gemm(node, tensors))
    else if (node.operator === 'MatMul') {
      const sum = next?.operator === 'Add' ? next : undefined
      layers.push(matmul(node, sum, tensors))
      if (sum) at++
    } else if (node.operator === 'Relu') activate(layers, 'relu')
    else if (node.operator === 'Tanh') activate(layers, 'tanh')
    else if (node.operator === 'Add') throw unsupported('an Add does not follow a MatMul')
    else if (node.operator !== 'Identity') throw unread(node)
  }
  if (layers.length === 0) throw unsupported('it has no layer with weights')
  return layers
}

function ends(model: OnnxModel): { input: string; output: string } {
  // Old exporters list the weights among the inputs.
  const inputs = model.inputs.filter(({ name }) => !model.tensors.has(name))
  const [input] = inputs
  const [output] = model.outputs
  if (!input || inputs.length > 1)
    throw unsupported(`it has ${inputs.length} inputs; a policy has one, the observation`)
  if (!output || model.outputs.length > 1)
    throw unsupported(`it has ${model.outputs.length} outputs; a policy has one, the action`)
  if (input.shape.length !== 2)
    throw unsupported(`its input has ${input.shape.length} dimensions; an observation comes as [batch, S]`)
  return { input: input.name, output: output.name }
}

/** Exporters write Identity where two layers share a weight: such a name means the same numbers. */
function withIdentities(model: OnnxModel): Map<string, OnnxTensor> {
  const tensors = new Map(model.tensors)
  for (const { operator, inputs, outputs } of model.nodes) {
    const tensor = tensors.get(inputs[0] ?? '')
    if (operator === 'Identity' && tensor && outputs[0] !== undefined) tensors.set(outputs[0], tensor)
  }
  return tensors
}

/** The nodes from `input` to `output` in their order; every other node must be an Identity of a weight. */
function chainOf(model: OnnxModel, tensors: Map<string, OnnxTensor>, input: string, output: string): OnnxNode[] {
  const rest = new Set(model.nodes)
  for (const node of rest) {
    if (node.operator === 'Identity' && tensors.has(node.inputs[0] ?? '')) rest.delete(node)
    else if (!['Gemm', 'MatMul', 'Add', 'Relu', 'Tanh', 'Identity'].includes(node.operator)) throw unread(node)
  }
  const chain: OnnxNode[] = []
  for (let x = input; x !== output;) {
    const users = [...rest].filter((node) => node.inputs.includes(x))
    const [node] = users
    if (!node) throw unsupported(`nothing uses "${x}", and it is not the output`)
    if (users.length > 1) throw unsupported(`the graph branches after "${x}"`)
    const known = node.inputs.filter((name) => name !== '')
    const stray = known.find((name) => name !== x && !tensors.has(name))
    if (stray !== undefined || known.filter((name) => name === x).length > 1 || node.outputs.length !== 1)
      throw unsupported(`the graph joins at the operator ${node.operator}`)
    rest.delete(node)
    chain.push(node)
    x = node.outputs[0] ?? ''
  }
  const [left] = rest
  if (left) throw unsupported(`the operator ${left.operator} is not between input and output`)
  return chain
}

/** Y = alpha A B + beta C, with B [in, out], or [out, in] and transB */
function gemm(node: OnnxNode, tensors: Map<string, OnnxTensor>): PolicyLayer {
  if (number(node, 'transA', 0) !== 0) throw unsupported('a Gemm transposes its input')
  const transposed = number(node, 'transB', 0) !== 0
  const [inputs, outputs, weight] = matrix(node, tensors, transposed)
  const alpha = number(node, 'alpha', 1)
  const beta = number(node, 'beta', 1)
  const bias = biasOf(node.inputs[2], node, tensors, outputs)
  return {
    inputs,
    outputs,
    activation: 'linear',
    weight: alpha === 1 ? weight : weight.map((value) => alpha * value),
    bias: beta === 1 ? bias : bias.map((value) => beta * value),
  }
}

/** Y = A B, and Y + C where an Add follows. */
function matmul(node: OnnxNode, sum: OnnxNode | undefined, tensors: Map<string, OnnxTensor>): PolicyLayer {
  const [inputs, outputs, weight] = matrix(node, tensors, false)
  const bias = sum?.inputs.find((name) => tensors.has(name))
  if (sum && bias === undefined) throw unsupported('an Add does not add a bias')
  return { inputs, outputs, activation: 'linear', weight, bias: biasOf(bias, sum ?? node, tensors, outputs) }
}

/** Inputs, outputs and the weight [outputs, inputs] of a product whose second operand is constant. */
function matrix(node: OnnxNode, tensors: Map<string, OnnxTensor>, transposed: boolean): [number, number, Float32Array] {
  const tensor = tensors.get(node.inputs[1] ?? '')
  if (!tensor || tensors.has(node.inputs[0] ?? ''))
    throw unsupported(`the weights of a ${node.operator} are not its second input`)
  const { shape, values } = tensor
  const [rows = 0, columns = 0] = shape
  if (shape.length !== 2 || rows < 1 || columns < 1 || !(values instanceof Float32Array))
    throw unsupported(`the weights of a ${node.operator} are [${shape.join(', ')}], not a matrix`)
  if (transposed) return [columns, rows, values]
  const weight = new Float32Array(values.length)
  for (let i = 0; i < rows; i++) for (let o = 0; o < columns; o++) weight[o * rows + i] = values[i * columns + o] ?? NaN
  return [rows, columns, weight]
}

/** [outputs]; zeros where there is none. */
function biasOf(
  name: string | undefined,
  node: OnnxNode,
  tensors: Map<string, OnnxTensor>,
  outputs: number,
): Float32Array {
  if (name === undefined || name === '') return new Float32Array(outputs)
  const tensor = tensors.get(name)
  if (!tensor || !(tensor.values instanceof Float32Array))
    throw unsupported(`the bias of a ${node.operator} is not constant`)
  const { shape, values } = tensor
  const isRow = shape.length <= 1 || (shape.length === 2 && shape[0] === 1)
  if (isRow && values.length === outputs) return values
  if (isRow && values.length === 1) return new Float32Array(outputs).fill(values[0] ?? NaN)
  throw unsupported(`the bias of a ${node.operator} is [${shape.join(', ')}] for ${outputs} outputs`)
}

function activate(layers: PolicyLayer[], activation: 'relu' | 'tanh'): void {
  const last = layers.at(-1)
  if (!last) throw unsupported('an activation stands before the first layer')
  if (last.activation !== 'linear') throw unsupported('two activations follow each other')
  last.activation = activation
}

function number(node: OnnxNode, name: string, fallback: number): number {
  const attribute = Object.hasOwn(node.attributes, name) ? node.attributes[name] : undefined
  if (!attribute) return fallback
  if (attribute.kind === 'other') throw unsupported(`the attribute ${name} of a ${node.operator} is not a number`)
  return attribute.value
}

function unread(node: OnnxNode): ForeignFileError {
  return unsupported(`its graph uses the operator "${node.operator}"; ${READ_OPERATORS} are read`)
}

function unsupported(message: string): ForeignFileError {
  return new ForeignFileError('unsupported', message)
}
