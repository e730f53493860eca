import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A running checksum. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** The checksum in base64, as in S3's headers. */
  digest(): string;
}

/** The checksum algorithms of S3, by the suffix of their header `x-amz-checksum-*`. */
export const CHECKSUMS: Readonly<Record<string, () => RunningChecksum>> = {
  crc32: () => {
    let value = 0;
    return {
      update: (bytes) => {
        value = crc32(bytes, value);
      },
      digest: () => bigEndian(BigInt(value), 4),
    };
  },
  crc32c: () => reflected(0x82f63b78n, 4),
  crc64nvme: () => reflected(0x9a6c9329ac4bc9b5n, 8),
  sha1: () => hashed('sha1', 'base64'),
  sha256: () => hashed('sha256', 'base64'),
};

/** Adapts a hash of node:crypto to a running checksum. */
export function hashed(name: 'md5' | 'sha1' | 'sha256', encoding: 'base64' | 'hex'): RunningChecksum {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest(encoding) };
}

const bigEndian = (value: bigint, width: number): string =>
  Buffer.from(value.toString(16).padStart(2 * width, '0'), 'hex').toString('base64');

const tables = new Map<bigint, readonly [high: Uint32Array, low: Uint32Array]>();

/**
 * A reflected CRC whose initial value and final XOR have all bits set. Computed with a table of 256 entries in
 * 32-bit halves.
 */
function reflected(polynomial: bigint, width: 4 | 8): RunningChecksum {
  const table = tables.get(polynomial) ?? tableOf(polynomial);
  tables.set(polynomial, table);
  const [highs, lows] = table;
  let high = width === 8 ? 0xffffffff : 0;
  let low = 0xffffffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ lows[index]!;
        high = (high >>> 8) ^ highs[index]!;
      }
    },
    digest: () => {
      const inverted = (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
      return bigEndian(BigInt.asUintN(8 * width, inverted), width);
    },
  };
}

function tableOf(polynomial: bigint): readonly [Uint32Array, Uint32Array] {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let index = 0; index < 256; index++) {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    high[index] = Number(value >> 32n);
    low[index] = Number(value & 0xffffffffn);
  }
  return [high, low];
}
