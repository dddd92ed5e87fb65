import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { crc32c, maskedCrc32c } from '../../../src/main/formats/rlds/crc32c.ts'
import { float32Text } from '../../../src/main/formats/table/float32-text.ts'
import { npyHeader } from '../../../src/main/formats/table/npy-header.ts'
import { countArrays } from '../../../src/main/formats/table/npz-count.ts'
import { countFolder } from '../../../src/main/formats/rlds/rlds-count.ts'
import { encodeExample } from '../../../src/main/formats/rlds/tf-example.ts'
import { BOX, recordEpisode, sheet, temporaryFolder } from '../dataset/synthetic.ts'
import { Mutations } from '../policy/mutations.ts'
import { exported } from './exchange.ts'

/** Two episodes of three and one steps, everything in them fixed but the clock, which is set here. */
function recordTwo(path: string): void {
  const recorder = openRecording({ path, sheet: sheet({ stepsPerEpisode: 3, target: 4 }), box: BOX })
  recordEpisode(recorder, 3)
  recordEpisode(recorder, 1, { reason: 'reflex', message: 'Joint 4, "near"', stopCode: 'near', stopTitle: 'Near' })
  recorder.close()
}

describe('the bytes of an export of two episodes', () => {
  // A change of these numbers is a change of a layout that other people's files and scripts rest on.
  const GOLDEN: Record<string, Record<string, string>> = {
    csv: { '': 'fe799fd93644fed4de13fec08ead3fcb' },
    npz: { '': '86ea6c9b9415a456866ee7124dbded5b' },
    parquet: { '': '78666e74417732663cf307641e79eb54' },
    rlds: {
      'a-train.tfrecord-00000-of-00001': 'ba4de11cba5a827a94b4186c2ab1b69e',
      'dataset_info.json': '5a154cbabf60a392ba6228105b8114e2',
      'features.json': 'baea985aca7f0d9b85ae3bc9ff40c62f',
      'run_sheet.json': '484aa5d82c23108a95f8fa50adf0a9d3',
    },
    lerobot: {
      'README.md': 'f2defaacca9b4ee19a3d213a54e460d4',
      'data/chunk-000/file-000.parquet': 'e7dae5b2425710e9c9a70f978b918d70',
      'meta/episodes/chunk-000/file-000.parquet': '10df474a3ab5e42a17c37a5de2370f7a',
      'meta/forager.json': 'f20db563c29bb4da5450861d001ac862',
      'meta/info.json': 'c9e45ce991edd740babb6a4b8cf24512',
      'meta/stats.json': 'a6b512b4b1ab14aa25ec1852de8e29ed',
      'meta/tasks.parquet': 'ab2e17c381f88b12d8cea3df71bd21f5',
    },
  }

  test.each(Object.keys(GOLDEN))('%s', async (format) => {
    const home = temporaryFolder()
    const [path, out] = [join(home, 'a.forager'), join(home, 'out')]
    const now = Date.now
    Date.now = () => 1_750_000_000_000
    try {
      recordTwo(path)
    } finally {
      Date.now = now
    }
    await exported(path, format, out)
    expect(digests(out)).toEqual(GOLDEN[format])
  })
})

/** First half of the SHA-256 of each file by its path in the export. */
function digests(out: string): Record<string, string> {
  const names = statSync(out).isDirectory() ? readdirSync(out, { recursive: true, encoding: 'utf8' }).sort() : ['']
  const files = names.filter((name) => statSync(join(out, name)).isFile())
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(out, name)))
        .digest('hex')
        .slice(0, 32),
    ]),
  )
}

describe('checksums', () => {
  test('CRC-32C has the values of RFC 3720', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(maskedCrc32c(Buffer.from('123456789'))).toBe((((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0)
  })

  test.each(['npz', 'rlds'])('a byte that changed on the disk is found when %s is counted', async (format) => {
    const home = temporaryFolder()
    const [path, out] = [join(home, 'a.forager'), join(home, 'out')]
    recordTwo(path)
    await exported(path, format, out)
    const folder = format === 'rlds'
    const file = folder ? join(out, 'a-train.tfrecord-00000-of-00001') : out
    const count = async (): Promise<unknown> =>
      folder ? await Promise.resolve(countFolder(out)) : await countArrays(out)
    expect(await count()).toEqual({ episodes: 2, transitions: 4 })
    const bytes = readFileSync(file)
    const changed = Buffer.from(bytes)
    changed[Math.floor(bytes.length / 3)]! ^= 4
    writeFileSync(file, changed)
    await expect(count()).rejects.toThrow(/damaged|checksum/)
  })
})

describe('encoders', () => {
  test('a number of single precision as text is the same number again', () => {
    const random = new Mutations(11)
    const bits = new Uint32Array(1)
    const single = new Float32Array(bits.buffer)
    for (let i = 0; i < 5_000; i++) {
      bits[0] = random.below(2 ** 32)
      const value = i % 2 === 0 ? single[0]! : Math.fround((2 * random.random() - 1) * 10 ** random.below(4))
      if (Number.isFinite(value)) expect(Math.fround(Number(float32Text(value)))).toBe(value)
    }
    expect([0, -0, 0.5, -1.25, 100, 1e-7].map(float32Text)).toEqual(['0', '-0', '0.5', '-1.25', '100', '1e-7'])
  })

  test('the head of an array file ends on a multiple of 64 bytes', () => {
    for (const shape of [[0], [7], [12, 3], [1_000_000, 14]]) {
      const header = npyHeader('<f4', shape)
      expect(header.length % 64).toBe(0)
      expect(header.readUInt16LE(8)).toBe(header.length - 10)
      expect(header.at(-1)).toBe(10)
    }
    expect(npyHeader('<i8', [7]).toString('latin1', 10).trimEnd()).toBe(
      "{'descr': '<i8', 'fortran_order': False, 'shape': (7,), }",
    )
  })

  test('an example has the bytes of its protobuf definition', () => {
    const example = encodeExample(new Map([['a', { kind: 'int64', values: [1, 300, -1n] }]]))
    const value = Buffer.from('01ac02ffffffffffffffffff01', 'hex')
    const list = Buffer.concat([Buffer.of(0x0a, value.length), value])
    const feature = Buffer.concat([Buffer.of(0x1a, list.length), list])
    const entry = Buffer.concat([Buffer.of(0x0a, 1, 0x61, 0x12, feature.length), feature])
    const map = Buffer.concat([Buffer.of(0x0a, entry.length), entry])
    expect(example.toString('hex')).toBe(Buffer.concat([Buffer.of(0x0a, map.length), map]).toString('hex'))
  })
})
