/**
 * Writes an archive whose every entry and offset beyond 200 bytes takes the 64-bit form, as those beyond 4 GB do.
 *   node make_large_form.ts FILE
 */
import { closeSync, openSync } from 'node:fs'
import { npyHeader } from '../../../src/main/formats/table/npy-header.ts'
import { StoredZip } from '../../../src/main/formats/table/stored-zip.ts'

const counts = [3, 100, 7]
const arrays = counts.map((count) => Float32Array.from({ length: count }, (_, i) => i / 2))
const headers = arrays.map(({ length }) => npyHeader('<f4', [length]))
const file = openSync(process.argv[2] ?? 'large.npz', 'wx')
const entries = arrays.map(({ byteLength }, i) => ({ name: `a${i}.npy`, size: headers[i]!.length + byteLength }))
const zip = new StoredZip(file, entries, 200)
headers.forEach((header, i) => zip.append(i, header))
arrays.forEach((array, i) => zip.append(i, new Uint8Array(array.buffer)))
zip.finish()
closeSync(file)
