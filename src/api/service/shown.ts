import type { Hit } from '../../core/index.ts';
import { jsonBytes, MAX_CHUNKS_BYTES } from './bounds.ts';
import type { ShownChunk } from './port.ts';

/** Longest text of a chunk beside an answer, in UTF-16 units. */
const MAX_TEXT = 2_000;
/** Texts are not cut below this before metadata are left out. */
const MIN_TEXT = 500;
const MAX_TITLE = 200;

/** A hit as `/retrieve` shows it: whole. */
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
 * Chunks beside an answer: texts cut at 2,000 characters. Where all of them would exceed `most` bytes of JSON, all texts
 * become shorter first; then metadata are left out but for a quarter of the space, the best hits' first; and then the
 * last hits lose their texts. None is left out.
 */
export function shownBeside(hits: readonly Hit[], most = MAX_CHUNKS_BYTES): ShownChunk[] {
  return (
    withTexts(hits.map(shown), most) ??
    withTexts(withLessMetadata(hits.map(shown), most / 4), most) ??
    bestFirst(hits.map(shown), most)
  );
}

/** With the longest texts that fit, all alike and none below the shortest; undefined where that is too much. */
function withTexts(chunks: readonly ShownChunk[], most: number): ShownChunk[] | undefined {
  for (let length = MAX_TEXT; length >= MIN_TEXT; length = Math.floor(length / 2)) {
    const shorter = chunks.map((chunk) => ({ ...chunk, text: cut(chunk.text, length) }));
    if (jsonBytes(shorter) <= most) return shorter;
  }
  return undefined;
}

/** Metadata whole or not at all: half of an object is another one. */
function withLessMetadata(chunks: readonly ShownChunk[], most: number): ShownChunk[] {
  let left = most;
  return chunks.map((chunk) => {
    const title = cut(chunk.title, MAX_TITLE);
    const bytes = jsonBytes(chunk.metadata);
    if (bytes > left) return { ...chunk, title, metadata: {} };
    left -= bytes;
    return { ...chunk, title };
  });
}

/** What the best leave of the space is the next one's; an id is never cut. */
function bestFirst(chunks: readonly ShownChunk[], most: number): ShownChunk[] {
  const bare = chunks.map((chunk) => ({
    ...chunk,
    title: cut(chunk.title, MAX_TITLE),
    text: '',
    metadata: {},
  }));
  let left = most - jsonBytes(bare);
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

/** The first `most` units of a text; a surrogate pair is not cut in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const isPair = most > 0 && /[\ud800-\udbff]/.test(text[most - 1]!);
  return text.slice(0, isPair ? most - 1 : most);
}
