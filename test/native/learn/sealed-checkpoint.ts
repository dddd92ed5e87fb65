/** Makes the checksum of an edited native checkpoint fit again: FNV-1a, 64 bits, over all behind it, at byte 8. */
export function reseal(bytes: Uint8Array): void {
  let h = 0xcbf29ce484222325n
  for (let i = 16; i < bytes.length; i++) h = ((h ^ BigInt(bytes[i] as number)) * 0x100000001b3n) & (2n ** 64n - 1n)
  new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(8, h, true)
}
