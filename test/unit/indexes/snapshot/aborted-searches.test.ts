import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openVersion } from '../../../../src/indexes/snapshot/open.ts';
import type { SnapshotReader } from '../../../../src/indexes/snapshot/query/reader.ts';
import { testVector } from '../../../support/chunks.ts';
import { testSnapshot } from '../../../support/snapshot.ts';

const DIMENSIONS = 32;
const vector = testVector(DIMENSIONS, 4);
/** The search is aborted after 0 to 9 turns of the event loop. A cold search takes fewer turns than that. */
const TURNS = 10;

const QUESTIONS: Readonly<
  Record<string, (reader: SnapshotReader, signal?: AbortSignal) => Promise<readonly unknown[]>>
> = {
  vector: async (reader, signal) =>
    (await reader.search({ vector, topK: 5, ...(signal && { signal }) })).hits,
  lexical: async (reader, signal) =>
    (await reader.search({ text: 'river stone', topK: 5, ...(signal && { signal }) })).hits,
  chunks: (reader, signal) => reader.chunks(['d7-first-0'], signal),
  neighbours: (reader, signal) => reader.neighbours('d2', 0, 1, signal),
};

it.each(Object.keys(QUESTIONS))(
  'aborting a search does not affect other searches that wait for the same reads: %s',
  async (name) => {
    const built = await testSnapshot({ documents: 200, dimensions: DIMENSIONS });
    const ask = QUESTIONS[name]!;
    const right = await ask(await openVersion(built.storage, built.prefix));
    expect(right.length).toBeGreaterThan(0);
    for (let turns = 0; turns < TURNS; turns++) {
      const reader = await openVersion(built.storage, built.prefix);
      const abort = new AbortController();
      const aborted = ask(reader, abort.signal).catch((error: unknown) => error);
      const other = ask(reader);
      for (let count = 0; count < turns; count++) await turn();
      abort.abort();
      expect(await other).toEqual(right);
      if (turns === 0) expect(await aborted).toMatchObject({ code: 'CANCELLED' });
      await aborted;
    }
  },
);
