import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** Objects up to this size carry a hash of their content as ETag, larger ones their inode, time and size. */
export const HASHED_BYTES = 64 * 1024;

/** ETag of a small object. */
export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/**
 * ETag of an open file. A replaced large file has another inode than the one before it and a later time, as the
 * writer sees to; so no version of an object has the ETag of an earlier one with other content.
 */
export async function etagOf(file: FileHandle, stats: BigIntStats, bytes?: Uint8Array): Promise<string> {
  if (stats.size > HASHED_BYTES) return `${stats.ino}-${stats.mtimeNs}-${stats.size}`;
  return hashOf(bytes ?? (await readFully(file, 0, Number(stats.size))));
}

/** Reads exactly `length` bytes, or fewer where the file ends. */
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
