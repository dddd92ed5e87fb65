/** Reflected polynomial of Castagnoli's CRC (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78
/** TABLES[256 k + b]: checksum of byte b with k zero bytes behind it. */
const TABLES = tables()

function tables(): Uint32Array {
  const table = new Uint32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    table[byte] = crc
  }
  for (let at = 256; at < table.length; at++) {
    const shorter = table[at - 256]!
    table[at] = (shorter >>> 8) ^ table[shorter & 255]!
  }
  return table
}

/** CRC-32C of `bytes`, eight of them at a time (Kounavis and Berry 2008, slicing-by-8). */
export function crc32c(bytes: Uint8Array): number {
  const table = TABLES
  const whole = bytes.length - (bytes.length % 8)
  let crc = 0xffffffff
  let at = 0
  for (; at < whole; at += 8) {
    const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
    crc =
      table[1792 + (low & 255)]! ^
      table[1536 + ((low >>> 8) & 255)]! ^
      table[1280 + ((low >>> 16) & 255)]! ^
      table[1024 + (low >>> 24)]! ^
      table[768 + bytes[at + 4]!]! ^
      table[512 + bytes[at + 5]!]! ^
      table[256 + bytes[at + 6]!]! ^
      table[bytes[at + 7]!]!
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 255]!
  return (crc ^ 0xffffffff) >>> 0
}

/** As TFRecord files store it: rotated right by 15 bits, plus a constant, so that a checksum of checksums means something. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
