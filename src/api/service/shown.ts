import type { Hit } from '../../core/index.ts';
import { jsonBytes, MAX_CHUNKS_BYTES } from './bounds.ts';
import type { ShownChunk } from './port.ts';

/** Maximum text length of a chunk that accompanies an answer, in UTF-16 units. */
const MAX_TEXT = 2_000;
/** Metadata is dropped before texts are cut below this length. */
const MIN_TEXT = 500;
const MAX_TITLE = 200;

/** A hit in full, as `/retrieve` returns it. */
export const shown = ({
  id,
  documentId,
  title,
  text,
  start,
  end,
  metadata,
  score,
  scores,
}: Hit): ShownChunk => ({ id, documentId, title, text, start, end, metadata, score, scores });

/**
 * Chunks that accompany an answer, with texts cut at 2,000 characters. If they exceed `maxBytes` of JSON, all
 * texts are shortened first; then metadata is limited to a quarter of the space, best hits first; then the
 * last hits lose their texts. No hit is dropped.
 */
export function truncateChunks(hits: readonly Hit[], maxBytes = MAX_CHUNKS_BYTES): ShownChunk[] {
  return (
    withTexts(hits.map(shown), maxBytes) ??
    withTexts(withLessMetadata(hits.map(shown), maxBytes / 4), maxBytes) ??
    bestFirst(hits.map(shown), maxBytes)
  );
}

/** Cuts all texts at the longest common length that fits; undefined if even the shortest does not. */
function withTexts(chunks: readonly ShownChunk[], maxBytes: number): ShownChunk[] | undefined {
  for (let length = MAX_TEXT; length >= MIN_TEXT; length = Math.floor(length / 2)) {
    const shorter = chunks.map((chunk) => ({ ...chunk, text: cut(chunk.text, length) }));
    if (jsonBytes(shorter) <= maxBytes) return shorter;
  }
  return undefined;
}

/** Drops the whole metadata of a chunk if it does not fit: part of an object would be a different object. */
function withLessMetadata(chunks: readonly ShownChunk[], maxBytes: number): ShownChunk[] {
  let left = maxBytes;
  return chunks.map((chunk) => {
    const title = cut(chunk.title, MAX_TITLE);
    const bytes = jsonBytes(chunk.metadata);
    if (bytes > left) return { ...chunk, title, metadata: {} };
    left -= bytes;
    return { ...chunk, title };
  });
}

/** Fills the space with texts, best hits first; ids are never cut. */
function bestFirst(chunks: readonly ShownChunk[], maxBytes: number): ShownChunk[] {
  const bare = chunks.map((chunk) => ({
    ...chunk,
    title: cut(chunk.title, MAX_TITLE),
    text: '',
    metadata: {},
  }));
  let left = maxBytes - jsonBytes(bare);
  return bare.map((chunk, rank) => {
    for (let length = MIN_TEXT; length > 0; length = Math.floor(length / 2)) {
      const text = cut(chunks[rank]!.text, length);
      const bytes = jsonBytes(text) - 2;
      if (bytes > left) continue;
      left -= bytes;
      return { ...chunk, text };
    }
    return chunk;
  });
}

/** The first `maxLength` UTF-16 units of a text, without splitting a surrogate pair. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const isPair = maxLength > 0 && /[\ud800-\udbff]/.test(text[maxLength - 1]!);
  return text.slice(0, isPair ? maxLength - 1 : maxLength);
}
