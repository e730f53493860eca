import { type Filter, SragError } from '../../src/core/index.ts';
import { openVersion } from '../../src/indexes/snapshot/open.ts';
import type { SnapshotReader } from '../../src/indexes/snapshot/query/reader.ts';
import type { CacheOptions } from '../../src/indexes/snapshot/query/reader-options.ts';
import { notFound, outOfBounds } from '../../src/io/storage/keys.ts';
import { testVector } from './chunks.ts';
import type { Objects } from './snapshot-mutations.ts';

/** Few attempts and no back-off, because retries cannot repair a damaged index. */
const RETRY = { attempts: 2, backoffMs: 0, deadlineMs: 5_000 };

const filter: Filter = {
  or: [
    { field: 'year', op: 'gte', value: 2015 },
    { and: [{ field: 'tags', op: 'eq', value: 'red' }, { not: { field: 'open', op: 'eq', value: true } }] },
  ],
};
const note: Filter = { field: 'kind', op: 'ne', value: 'note' };
const text = 'bridges of the river near d42';

/** Every type of request to a snapshot reader. */
const questionsOf = (
  vector: Float32Array,
): Readonly<Record<string, (reader: SnapshotReader) => Promise<unknown>>> => ({
  vector: async (reader) => (await reader.search({ vector, topK: 10 })).hits,
  lexical: async (reader) => (await reader.search({ text, topK: 10 })).hits,
  plain: async (reader) => (await reader.search({ text, topK: 120, rescore: false })).hits,
  hybrid: async (reader) => (await reader.search({ vector, text, topK: 10 })).hits,
  filteredVector: async (reader) => (await reader.search({ vector, topK: 10, filter })).hits,
  filteredHybrid: async (reader) => (await reader.search({ vector, text, topK: 5, filter: note })).hits,
  chunks: (reader) => reader.chunks(['d7-first-0', 'unknown', 'd133-first-1', 'd2-first-2']),
  neighbours: (reader) => reader.neighbours('d2', 0, 1),
  count: (reader) => reader.count(['d9-first-0', 'd10-first-7']),
  hydrated: async (reader) => {
    await reader.hydrate();
    return (await reader.search({ vector, topK: 10 })).hits;
  },
});

/** The result of each request as JSON, or `SragError CODE`; other errors as text. */
export type Answers = Readonly<Record<string, string>>;

/**
 * Opens an index with this many dimensions and runs every request. `cache` are the cache options of the
 * reader.
 */
export async function askEverything(
  objects: Objects,
  dimensions: number,
  cache?: CacheOptions,
): Promise<Answers> {
  const answers: Record<string, string> = {};
  let reader: SnapshotReader;
  try {
    reader = await openVersion(sourceOf(objects), '', { retry: RETRY, ...(cache && { cache }) });
  } catch (error) {
    return { open: told(error) };
  }
  for (const [name, ask] of Object.entries(questionsOf(testVector(dimensions, 5)))) {
    answers[name] = await ask(reader).then((answer) => JSON.stringify(answer), told);
  }
  reader.close();
  return answers;
}

const told = (error: unknown): string =>
  error instanceof SragError ? `SragError ${error.code}` : `${error instanceof Error ? error.stack : error}`;

/** A source that reads objects in memory by the rules of a storage. */
const sourceOf = (objects: Objects): Parameters<typeof openVersion>[0] => ({
  read: async (key, { range } = {}) => {
    const bytes = objects.get(key);
    if (bytes === undefined) throw notFound(key, 'memory');
    if (range !== undefined && range.offset + range.length > bytes.length)
      throw outOfBounds(key, range, bytes.length);
    const { offset, length } = range ?? { offset: 0, length: bytes.length };
    return { bytes: bytes.slice(offset, offset + length), etag: '"1"' };
  },
});
