/** Two independent 32-bit hashes that together identify a string (one false match in 10^13 lookups). */
export class Fingerprint {
  high = 0;
  low = 0;

  /**
   * Hashes `text` with Murmur3's mixing over UTF-16 units, with two seeds. Returns this object to avoid an
   * allocation.
   */
  of(text: string): this {
    let high = 0x9747b28c | 0;
    let low = 0x1b873593 | 0;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      high = Math.imul(high ^ unit, 0xcc9e2d51);
      high = (high << 15) | (high >>> 17);
      low = Math.imul(low + unit, 0x85ebca6b);
      low = (low << 13) | (low >>> 19);
      low ^= high;
    }
    this.high = finish(high ^ text.length);
    this.low = finish(low + text.length);
    return this;
  }
}

function finish(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
