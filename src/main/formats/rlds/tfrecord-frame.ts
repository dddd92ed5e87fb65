import { maskedCrc32c } from './crc32c.ts'

/** One record of a TFRecord file: u64 length, its masked CRC-32C, the payload, its masked CRC-32C; little-endian. */
export function tfrecordFrame(payload: Uint8Array): { head: Buffer; tail: Buffer } {
  const head = Buffer.alloc(12)
  head.writeBigUInt64LE(BigInt(payload.length), 0)
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8)
  const tail = Buffer.alloc(4)
  tail.writeUInt32LE(maskedCrc32c(payload), 0)
  return { head, tail }
}
