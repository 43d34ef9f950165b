/** The slots of a Redis Cluster (Redis Cluster specification, "Key distribution model"). */
export const SLOTS = 16_384;

/** The slot of a text without braces: CRC-16/XMODEM (polynomial 0x1021), modulo the number of slots. */
export function slotOf(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc % SLOTS;
}

/** The smallest number whose decimal text lies in a slot: as a hash tag it puts a key there. */
export function tagOf(slot: number): string {
  for (let number = 0; ; number++) if (slotOf(`${number}`) === slot) return `${number}`;
}
