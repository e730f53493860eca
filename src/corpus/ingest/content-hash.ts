import { createHash, hash as hashOf } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { ChunkerSettings, SourceDocument } from '../../core/index.ts';
import { openRegular } from '../../documents/loaders/index.ts';

/** Increment when file reading, analysis or stored columns change, so that stored documents are rebuilt. */
const PIPELINE_VERSION = 3;

/** Hash of all inputs of a document's rows: text, title, metadata, precomputed vector, chunker, analysis. */
export function contentHash(
  document: Omit<SourceDocument, 'blocks'>,
  chunker: ChunkerSettings,
  vector: Float32Array | undefined,
): string {
  const { id, title, metadata, mediaType, isRecord, text } = document;
  const facts = JSON.stringify([PIPELINE_VERSION, chunker, id, title, metadata, mediaType, isRecord]);
  const words = `${facts}\0${text}`;
  if (vector === undefined) return hashOf('sha256', words).slice(0, 32);
  const hash = createHash('sha256').update(words).update('\0').update(new Uint8Array(vector.slice().buffer));
  return hash.digest('hex').slice(0, 32);
}

/** Hash of a raw file. If the hash is unchanged, the file need not be parsed again. */
export async function fileHash(
  path: string,
  chunker: ChunkerSettings,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([PIPELINE_VERSION, chunker]));
  const handle = await openRegular(path);
  await pipeline(handle.createReadStream(), hash, signal === undefined ? {} : { signal });
  return hash.digest('hex').slice(0, 32);
}
