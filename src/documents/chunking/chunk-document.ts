import { hash } from 'node:crypto';
import { type Chunk, type ChunkerSettings, type SourceDocument, SragError } from '../../core/index.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { groupSections } from './group-sections.ts';
import { packParts, type Span } from './pack-units.ts';
import { sectionTree, shortTitle } from './sections.ts';

/** Version of the chunking rules: the same document, settings and version always yield the same chunks. */
export const CHUNKER_VERSION = 1;

/**
 * Chunks of at most 512 estimated tokens, which common embedders process without truncation, and an overlap
 * of up to 64.
 */
export const DEFAULT_CHUNKER: ChunkerSettings = {
  version: CHUNKER_VERSION,
  maxTokens: 512,
  overlapTokens: 64,
};

const MIN_BUDGET = 8;

/**
 * Splits a document into chunks, in order. A record within the budget stays whole; other texts are split at
 * headings, small sections are merged, and large ones are packed sentence by sentence. No visible character
 * is lost. A document without visible characters yields no chunks, but a record with a title yields one
 * chunk.
 * @throws INVALID_ARGUMENT for a budget under 8 tokens or an overlap of more than half of it.
 */
export function chunkDocument(document: SourceDocument, settings: ChunkerSettings): Chunk[] {
  checkSettings(settings);
  const isTitleOnly = document.isRecord && !/\S/.test(document.text) && /\S/.test(document.title);
  if (!/\S/.test(document.text) && !isTitleOnly) return [];
  const occurrences = new Map<string, number>();
  return [...spansOf(document, settings)].map(({ start, end, tokens, headingPath }, ordinal) => {
    const text = document.text.slice(start, end);
    const occurrence = occurrences.get(text) ?? 0;
    occurrences.set(text, occurrence + 1);
    return {
      id: chunkId(document.id, text, occurrence),
      documentId: document.id,
      ordinal,
      title: ordinal === 0 ? document.title : shortTitle(document.title),
      text,
      start,
      end,
      headingPath,
      metadata: document.metadata,
      tokens,
    };
  });
}

function* spansOf(
  document: SourceDocument,
  settings: ChunkerSettings,
): Iterable<Span & { readonly headingPath: readonly string[] }> {
  const { text } = document;
  if (document.isRecord) {
    const tokens = estimateTokens(text);
    if (tokens <= settings.maxTokens) {
      yield { start: 0, end: text.length, tokens, headingPath: [] };
      return;
    }
  }
  for (const { parts, headingPath } of groupSections(sectionTree(document), settings)) {
    const start = parts[0]!.start;
    const end = parts.at(-1)!.end;
    const tokens = estimateTokens(text, start, end);
    const spans = tokens <= settings.maxTokens ? [{ start, end, tokens }] : packParts(text, parts, settings);
    for (const span of spans) yield { ...span, headingPath };
  }
}

/**
 * 32 hexadecimal digits of the SHA-256 hash of the document id, the text, and the number of earlier chunks
 * with this text.
 */
function chunkId(documentId: string, text: string, occurrence: number): string {
  // UTF-16 keeps texts distinct that differ only in lone surrogates. The length marks where the id ends.
  const identity = `${documentId.length}:${documentId}${occurrence}:${text}`;
  return hash('sha256', Buffer.from(identity, 'utf16le')).slice(0, 32);
}

function checkSettings({ maxTokens, overlapTokens }: ChunkerSettings): void {
  if (!Number.isInteger(maxTokens) || maxTokens < MIN_BUDGET) {
    throw new SragError('INVALID_ARGUMENT', `The chunk budget is ${maxTokens} tokens.`, {
      remedy: `Use an integer of at least ${MIN_BUDGET}; 256 to 1,024 suits most embedders.`,
      fields: { path: 'chunker.maxTokens', value: maxTokens },
    });
  }
  if (!Number.isInteger(overlapTokens) || overlapTokens < 0 || overlapTokens > maxTokens / 2) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `The chunk overlap is ${overlapTokens} tokens with a budget of ${maxTokens}.`,
      {
        remedy: `Use an integer from 0 to ${Math.floor(maxTokens / 2)}.`,
        fields: { path: 'chunker.overlapTokens', value: overlapTokens },
      },
    );
  }
}
