import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat, utimes } from 'node:fs/promises';
import { etagOf, HASHED_BYTES, hashOf } from './etag.ts';

/** Content in a temporary file, or the object that it became. */
export interface StagedObject {
  readonly path: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Equal to the `identity` of the `OpenObject` that it becomes. */
  readonly identity: string;
}

/** Writes content in pieces to a new file and flushes it to disk. */
export async function writeStaged(
  path: string,
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<StagedObject> {
  const file = await open(path, 'wx');
  try {
    const small: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const piece of content) {
      await file.writeFile(piece);
      sizeBytes += piece.length;
      if (sizeBytes <= HASHED_BYTES) small.push(piece);
    }
    await file.sync();
    return await factsOf(
      path,
      file,
      sizeBytes > HASHED_BYTES ? undefined : hashOf(small.length === 1 ? small[0]! : Buffer.concat(small)),
    );
  } finally {
    await file.close();
  }
}

/** Ensures that a large file has a later modification time than the file that it replaces. */
export async function laterThan(staged: StagedObject, target: string): Promise<StagedObject> {
  const [next, current] = await Promise.all([
    stat(staged.path, { bigint: true }),
    stat(target, { bigint: true }).catch(() => undefined),
  ]);
  if (current === undefined || next.mtimeNs > current.mtimeNs) return staged;
  const seconds = Number(current.mtimeNs / 1_000_000n + 2n) / 1_000;
  await utimes(staged.path, seconds, seconds);
  const file = await open(staged.path, 'r');
  try {
    return await factsOf(staged.path, file, undefined);
  } finally {
    await file.close();
  }
}

async function factsOf(path: string, file: FileHandle, etag: string | undefined): Promise<StagedObject> {
  const stats: BigIntStats = await file.stat({ bigint: true });
  return {
    path,
    etag: etag ?? (await etagOf(file, stats)),
    sizeBytes: Number(stats.size),
    identity: `${stats.ino}-${stats.mtimeNs}`,
  };
}
