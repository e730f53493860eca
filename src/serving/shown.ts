import type { Hit } from '../core/index.ts';
import type { ShownChunk } from './port.ts';

/** Longest text of a chunk beside an answer, in UTF-16 units. */
const MAX_TEXT = 2_000;
/** The state machine passes 256 KiB at most; the rest is for the answer, its citations and the trace. */
const MAX_BYTES = 200_000;

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

/** Chunks beside an answer: texts cut at 2,000 characters, shorter where all of them would exceed 200 KB of JSON. */
export function shownBeside(hits: readonly Hit[]): ShownChunk[] {
  for (let most = MAX_TEXT; ; most = Math.floor(most / 2)) {
    const chunks = hits.map((hit) => ({ ...shown(hit), text: cut(hit.text, most) }));
    if (most === 0) return withinBytes(chunks);
    if (jsonBytes(chunks) <= MAX_BYTES) return chunks;
  }
}

/** Metadata and titles alone can be too much: then the last chunks come without metadata. */
function withinBytes(chunks: readonly ShownChunk[]): ShownChunk[] {
  let left = MAX_BYTES;
  return chunks.map((chunk) => {
    const bare = { ...chunk, title: cut(chunk.title, 200), metadata: {} };
    const bytes = jsonBytes(chunk);
    const fits = bytes <= left / 2;
    left -= fits ? bytes : jsonBytes(bare);
    return fits ? chunk : bare;
  });
}

/** The first `most` units of a text; a surrogate pair is not cut in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const isPair = most > 0 && /[\ud800-\udbff]/.test(text[most - 1]!);
  return text.slice(0, isPair ? most - 1 : most);
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
