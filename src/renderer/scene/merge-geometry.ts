import type { BufferGeometry, Matrix4 } from 'three'
import { indexedSurface } from './solid-surfaces.ts'

/** One surface of a merged part: its material slot, and where it stands. */
export type Piece = readonly [slot: number, geometry: BufferGeometry, place?: Matrix4]

const attribute = (g: BufferGeometry, name: 'position' | 'normal'): Float32Array => {
  const array = g.getAttribute(name).array
  if (!(array instanceof Float32Array)) throw new Error(`A part's ${name} is not a Float32Array.`)
  return array
}

/** Copies vectors through a rigid transform; w = 1 for points, 0 for directions. */
function copyThrough(
  source: Float32Array,
  target: Float32Array,
  at: number,
  place: Matrix4 | undefined,
  w: number,
): void {
  if (!place) {
    target.set(source, at)
    return
  }
  const m = place.elements
  for (let k = 0; k < source.length; k += 3) {
    const x = source[k] ?? 0
    const y = source[k + 1] ?? 0
    const z = source[k + 2] ?? 0
    target[at + k] = m[0] * x + m[4] * y + m[8] * z + w * m[12]
    target[at + k + 1] = m[1] * x + m[5] * y + m[9] * z + w * m[13]
    target[at + k + 2] = m[2] * x + m[6] * y + m[10] * z + w * m[14]
  }
}

/** One geometry from many, with a draw group per material slot. */
export function mergePieces(pieces: readonly Piece[]): BufferGeometry {
  const sorted = [...pieces].sort((a, b) => a[0] - b[0])
  const vertices = (g: BufferGeometry): number => g.getAttribute('position').count
  const corners = (g: BufferGeometry): number => g.index?.count ?? vertices(g)
  const positions = new Float32Array(3 * sorted.reduce((n, [, g]) => n + vertices(g), 0))
  const normals = new Float32Array(positions.length)
  const index = new Uint32Array(sorted.reduce((n, [, g]) => n + corners(g), 0))
  const merged = indexedSurface(positions, normals, index)
  let vertex = 0
  let corner = 0
  for (const [slot, g, place] of sorted) {
    const count = corners(g)
    const source = g.index?.array
    const last = merged.groups.at(-1)
    if (last?.materialIndex === slot) last.count += count
    else merged.addGroup(corner, count, slot)
    for (let i = 0; i < count; i++) index[corner++] = vertex + (source?.[i] ?? i)
    copyThrough(attribute(g, 'position'), positions, 3 * vertex, place, 1)
    copyThrough(attribute(g, 'normal'), normals, 3 * vertex, place, 0)
    vertex += vertices(g)
  }
  return merged
}
