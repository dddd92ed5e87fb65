import { hdf5Library } from '../../../src/main/formats/hdf5/hdf5-library.ts'

/** Classes of the library's types. */
const CLASSES: Record<number, string> = { 0: 'int', 1: 'float', 3: 'text' }

/** Everything in an HDF5 file, a line each: path, type, shape, and the sum of the numbers or the length of the text. */
export async function structureOf(path: string): Promise<string> {
  const library = await hdf5Library()
  const file = new library.File(path, 'r')
  const lines: string[] = []
  const visit = (name: string): void => {
    const found = file.get(name)
    if (found instanceof library.Dataset) lines.push(`${name} ${describe(found)}`)
    if (!(found instanceof library.Group) && !(found instanceof library.Dataset)) return
    for (const [key, { metadata, value }] of Object.entries(found.attrs))
      lines.push(`${name} @${key} ${typeOf(metadata)} ${typeof value === 'string' ? 'text' : String(value)}`)
    if (found instanceof library.Group)
      for (const key of found.keys()) visit(name === '/' ? `/${key}` : `${name}/${key}`)
  }
  visit('/')
  file.close()
  return `${lines.sort().join('\n')}\n`
}

type Dataset = InstanceType<Awaited<ReturnType<typeof hdf5Library>>['Dataset']>

function describe(dataset: Dataset): string {
  const { metadata, value } = dataset
  const shape = `[${(metadata.shape ?? []).join(', ')}]${metadata.chunks ? ` chunks [${metadata.chunks.join(', ')}]` : ''}`
  const numbers = ArrayBuffer.isView(value) ? [...(value as unknown as Iterable<number | bigint>)].map(Number) : null
  const content = numbers ? `sum ${Number(numbers.reduce((sum, each) => sum + each, 0).toPrecision(6))}` : 'text'
  return `${typeOf(metadata)} ${shape} ${content}`
}

function typeOf({ type, size, signed }: Dataset['metadata']): string {
  const name = CLASSES[type] ?? `class ${type}`
  return name === 'text' ? name : `${type === 0 && !signed ? 'u' : ''}${name}${8 * size}`
}
