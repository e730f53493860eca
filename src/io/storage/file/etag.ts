import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** Up to this size, an object's ETag is a hash of its content; above, it consists of inode, time and size. */
export const HASHED_BYTES = 64 * 1024;

/** ETag of a small object. */
export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/**
 * ETag of an open file. Writers ensure that a replacement of a large file has a different inode and a later time, so
 * two versions of an object with different content never have the same ETag.
 */
export async function etagOf(file: FileHandle, stats: BigIntStats, bytes?: Uint8Array): Promise<string> {
  if (stats.size > HASHED_BYTES) return `${stats.ino}-${stats.mtimeNs}-${stats.size}`;
  return hashOf(bytes ?? (await readFully(file, 0, Number(stats.size))));
}

/** Reads exactly `length` bytes, or fewer at the end of the file. */
export async function readFully(
  file: FileHandle,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done === length ? bytes : bytes.subarray(0, done);
}
