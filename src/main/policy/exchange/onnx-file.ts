import { ForeignFileError } from './foreign-file-error.ts'
import { bytesOf, floatOf, integerOf, integersOf, ProtoWriter, readFields, textOf } from './protobuf.ts'
import type { ProtoField } from './protobuf.ts'

/** An ONNX file (github.com/onnx/onnx/blob/main/onnx/onnx.proto3), as far as feed-forward policies use it. */
export interface OnnxModel {
  producer: string
  producerVersion: string
  /** Version of the standard operators. */
  opset: number
  metadata: Record<string, string>
  nodes: OnnxNode[]
  inputs: OnnxValue[]
  outputs: OnnxValue[]
  tensors: Map<string, OnnxTensor>
}

export interface OnnxNode {
  /** Operator; one that is not of the standard set carries its domain, `domain.Operator`. */
  operator: string
  inputs: string[]
  outputs: string[]
  attributes: Record<string, OnnxAttribute>
}

/** An attribute of a kind that no supported operator has comes as `other`. */
export type OnnxAttribute = { kind: 'int'; value: number } | { kind: 'float'; value: number } | { kind: 'other' }

export interface OnnxValue {
  name: string
  /** A text is a size that is left open, under its name. */
  shape: (number | string)[]
}

export interface OnnxTensor {
  shape: number[]
  values: Float32Array | BigInt64Array
}

const IR_VERSION = 8
const FLOAT = 1
const INT64 = 7
const STANDARD_DOMAINS = ['', 'ai.onnx']

/** The bytes of an ONNX ModelProto: one graph, standard operators, weights inside. */
export function writeOnnx(model: OnnxModel): Uint8Array {
  const file = new ProtoWriter()
    .integer(1, IR_VERSION)
    .text(2, model.producer)
    .text(3, model.producerVersion)
    .message(7, (graph) => writeGraph(graph, model))
    .message(8, (opset) => opset.text(1, '').integer(2, model.opset))
  for (const [key, value] of Object.entries(model.metadata))
    file.message(14, (entry) => entry.text(1, key).text(2, value))
  return file.finish()
}

function writeGraph(graph: ProtoWriter, model: OnnxModel): void {
  for (const node of model.nodes) graph.message(1, (out) => writeNode(out, node))
  graph.text(2, 'policy')
  for (const [name, tensor] of model.tensors) graph.message(5, (out) => writeTensor(out, name, tensor))
  for (const input of model.inputs) graph.message(11, (out) => writeValue(out, input))
  for (const output of model.outputs) graph.message(12, (out) => writeValue(out, output))
}

function writeNode(out: ProtoWriter, node: OnnxNode): void {
  for (const name of node.inputs) out.text(1, name)
  for (const name of node.outputs) out.text(2, name)
  out.text(3, node.outputs.join()).text(4, node.operator)
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (attribute.kind === 'other') throw new Error(`attribute ${name} cannot be written`)
    const { kind, value } = attribute
    out.message(5, (entry) => {
      entry.text(1, name)
      if (kind === 'int') entry.integer(3, value).integer(20, 2)
      else entry.float(2, value).integer(20, 1)
    })
  }
}

function writeTensor(out: ProtoWriter, name: string, { shape, values }: OnnxTensor): void {
  for (const size of shape) out.integer(1, size)
  const whole = values instanceof BigInt64Array
  const raw = new Uint8Array(values.byteLength)
  const view = new DataView(raw.buffer)
  if (whole) values.forEach((value, i) => view.setBigInt64(8 * i, value, true))
  else values.forEach((value, i) => view.setFloat32(4 * i, value, true))
  out
    .integer(2, whole ? INT64 : FLOAT)
    .text(8, name)
    .bytes(9, raw)
}

function writeValue(out: ProtoWriter, { name, shape }: OnnxValue): void {
  out.text(1, name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.integer(1, FLOAT).message(2, (sizes) => {
        for (const size of shape)
          sizes.message(1, (one) => (typeof size === 'number' ? one.integer(1, size) : one.text(2, size)))
      }),
    ),
  )
}

/** Reads a whole file. Throws ForeignFileError when it is damaged or holds what a policy cannot hold. */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const model = { producer: '', producerVersion: '', opset: 0, metadata: {} as Record<string, string> }
  let graph: Uint8Array | null = null
  for (const field of readFields(bytes)) {
    if (field.number === 2) model.producer = textOf(field)
    else if (field.number === 3) model.producerVersion = textOf(field)
    else if (field.number === 7) graph = bytesOf(field)
    else if (field.number === 8) model.opset = Math.max(model.opset, standardOpset(bytesOf(field)))
    else if (field.number === 14) {
      const [key, value] = readPair(bytesOf(field))
      if (key !== '__proto__') model.metadata[key] = value
    }
  }
  if (!graph) throw new ForeignFileError('damaged', 'it holds no graph')
  return { ...model, ...readGraph(graph) }
}

/** Version of the standard operators; 0 when the entry is about other ones. */
function standardOpset(bytes: Uint8Array): number {
  let domain = ''
  let version = 0
  for (const field of readFields(bytes)) {
    if (field.number === 1) domain = textOf(field)
    else if (field.number === 2) version = integerOf(field)
  }
  return STANDARD_DOMAINS.includes(domain) ? version : 0
}

function readPair(bytes: Uint8Array): [string, string] {
  const pair: [string, string] = ['', '']
  for (const field of readFields(bytes))
    if (field.number === 1 || field.number === 2) pair[field.number - 1] = textOf(field)
  return pair
}

function readGraph(bytes: Uint8Array): Pick<OnnxModel, 'nodes' | 'inputs' | 'outputs' | 'tensors'> {
  const graph = {
    nodes: [] as OnnxNode[],
    inputs: [] as OnnxValue[],
    outputs: [] as OnnxValue[],
    tensors: new Map<string, OnnxTensor>(),
  }
  for (const field of readFields(bytes)) {
    if (field.number === 1) graph.nodes.push(readNode(bytesOf(field)))
    else if (field.number === 5) graph.tensors.set(...readTensor(bytesOf(field)))
    else if (field.number === 11) graph.inputs.push(readValue(bytesOf(field)))
    else if (field.number === 12) graph.outputs.push(readValue(bytesOf(field)))
    else if (field.number === 15) throw new ForeignFileError('unsupported', 'it holds sparse weights')
  }
  return graph
}

function readNode(bytes: Uint8Array): OnnxNode {
  const node: OnnxNode = { operator: '', inputs: [], outputs: [], attributes: {} }
  let domain = ''
  for (const field of readFields(bytes)) {
    if (field.number === 1) node.inputs.push(textOf(field))
    else if (field.number === 2) node.outputs.push(textOf(field))
    else if (field.number === 4) node.operator = textOf(field)
    else if (field.number === 5) {
      const [name, attribute] = readAttribute(bytesOf(field))
      if (name !== '__proto__') node.attributes[name] = attribute
    } else if (field.number === 7) domain = textOf(field)
  }
  if (!STANDARD_DOMAINS.includes(domain)) node.operator = `${domain}.${node.operator}`
  return node
}

function readAttribute(bytes: Uint8Array): [string, OnnxAttribute] {
  let name = ''
  let attribute: OnnxAttribute = { kind: 'other' }
  for (const field of readFields(bytes)) {
    if (field.number === 1) name = textOf(field)
    else if (field.number === 2) attribute = { kind: 'float', value: floatOf(field) }
    else if (field.number === 3) attribute = { kind: 'int', value: integerOf(field) }
  }
  return [name, attribute]
}

function readValue(bytes: Uint8Array): OnnxValue {
  const value: OnnxValue = { name: '', shape: [] }
  for (const field of readFields(bytes)) {
    if (field.number === 1) value.name = textOf(field)
    else if (field.number === 2) value.shape = readShape(bytesOf(field))
  }
  return value
}

/** TypeProto: tensor_type 1, its shape 2, its dim 1, of which dim_value 1 and dim_param 2. */
function readShape(type: Uint8Array): (number | string)[] {
  const inner = (bytes: Uint8Array, number: number): Uint8Array[] =>
    [...readFields(bytes)].filter((field) => field.number === number).map(bytesOf)
  return inner(type, 1)
    .flatMap((tensor) => inner(tensor, 2))
    .flatMap((shape) => inner(shape, 1))
    .map((size) => {
      let known: number | string = '?'
      for (const field of readFields(size)) {
        if (field.number === 1) known = integerOf(field)
        else if (field.number === 2) known = textOf(field)
      }
      return known
    })
}

function readTensor(bytes: Uint8Array): [string, OnnxTensor] {
  const shape: number[] = []
  let type = 0
  let name = ''
  let raw: Uint8Array | null = null
  const listed: number[] = []
  for (const field of readFields(bytes)) {
    if (field.number === 1) for (const size of integersOf(field)) shape.push(size)
    else if (field.number === 2) type = integerOf(field)
    else if (field.number === 4) for (const value of listedFloats(field)) listed.push(value)
    else if (field.number === 7) for (const value of integersOf(field)) listed.push(value)
    else if (field.number === 8) name = textOf(field)
    else if (field.number === 9) raw = bytesOf(field)
    else if (field.number === 13 || (field.number === 14 && integerOf(field) !== 0))
      throw new ForeignFileError('unsupported', `the weights of "${name}" are in a file of their own`)
  }
  if (type !== FLOAT && type !== INT64)
    throw new ForeignFileError('unsupported', `the weights "${name}" are not of 32-bit floating point`)
  const values = type === FLOAT ? floats(raw, listed) : integers(raw, listed)
  const count = shape.reduce((product, size) => product * size, 1)
  if (shape.some((size) => size < 0) || values.length !== count)
    throw new ForeignFileError(
      'damaged',
      `the weights "${name}" have ${values.length} values for their shape [${shape.join(', ')}]`,
    )
  return [name, { shape, values }]
}

/** Floats of a field that may be packed or not. */
function listedFloats(field: ProtoField): ArrayLike<number> & Iterable<number> {
  return field.wire === 5 ? [floatOf(field)] : floats(bytesOf(field))
}

function floats(raw: Uint8Array | null, listed: readonly number[] = []): Float32Array {
  if (!raw) return Float32Array.from(listed)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return Float32Array.from({ length: Math.floor(raw.length / 4) }, (_, i) => view.getFloat32(4 * i, true))
}

function integers(raw: Uint8Array | null, listed: readonly number[]): BigInt64Array {
  if (!raw) return BigInt64Array.from(listed, BigInt)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return BigInt64Array.from({ length: Math.floor(raw.length / 8) }, (_, i) => view.getBigInt64(8 * i, true))
}
