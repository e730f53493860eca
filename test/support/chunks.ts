import {
  type Chunk,
  type CollectionSettings,
  type Metric,
  normalise,
  searchedText,
} from '../../src/core/index.ts';
import type { DocumentWrite } from '../../src/corpus/index.ts';
import { analyseToColumn } from '../../src/documents/lexical/index.ts';
import { gaussian, seededRandom } from '../../src/measure/index.ts';

/** Settings of a test collection. */
export const testSettings = (
  dimensions: number,
  name = 'test',
  metric: Metric = 'cosine',
): CollectionSettings => ({
  formatVersion: 1,
  name,
  embedder: dimensions === 0 ? 'none' : `hashing:${dimensions}`,
  dimensions,
  metric,
  chunker: { version: 1, maxTokens: 512, overlapTokens: 64 },
  fields: { year: 'number', kind: 'string', open: 'boolean', tags: 'string[]' },
});

/** A unit vector that depends only on the seed. */
export function testVector(dimensions: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return normalise(Float32Array.from({ length: dimensions }, () => gaussian(random)));
}

/** Scales the vectors of a document to lengths from .5 to 2, for the metric `dot`. */
export const withLengths = ({ document, chunks }: DocumentWrite): DocumentWrite => ({
  document,
  chunks: chunks.map(({ vector, ...rest }) => ({
    ...rest,
    ...(vector && { vector: vector.map((value) => value * 2 ** ((seedOf(rest.chunk.id) % 201) / 100 - 1)) }),
  })),
});

/** A document with chunks; equal arguments return equal documents. */
export function testDocument(
  id: string,
  options: {
    readonly chunks?: number;
    readonly dimensions?: number;
    readonly tag?: string;
    readonly metadata?: Chunk['metadata'];
  } = {},
): DocumentWrite {
  const { chunks = 2, dimensions = 0, tag = 'first', metadata = {} } = options;
  const texts = Array.from(
    { length: chunks },
    (_, ordinal) => `The ${tag} passage number ${ordinal} of ${id} speaks of item${ordinal}.`,
  );
  let start = 0;
  const made = texts.map((text, ordinal): Chunk => {
    const chunk = {
      id: `${id}-${tag}-${ordinal}`,
      documentId: id,
      ordinal,
      title: `Title ${id}`,
      text,
      start,
      end: start + text.length,
      headingPath: ['Top', `Part ${ordinal}`],
      metadata,
      tokens: 12,
    };
    start += text.length + 2;
    return chunk;
  });
  return {
    document: {
      id,
      source: `folder/${id}`,
      title: `Title ${id}`,
      metadata,
      mediaType: 'text/plain',
      contentHash: `${id}-${tag}`,
      chunkCount: chunks,
      fileHash: '',
      text: texts.join('\n\n'),
    },
    chunks: made.map((chunk) => ({
      chunk,
      terms: analyseToColumn(searchedText(chunk)),
      ...(dimensions === 0 ? {} : { vector: testVector(dimensions, seedOf(chunk.id)) }),
    })),
  };
}

/** A number derived from a name (FNV-1a). */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return hash;
}
