import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hit, SragError } from '../../../src/core/index.ts';
import type { Reranker } from '../../../src/models/rerankers/index.ts';

/** A reranker under test, provided by its test file. */
export interface RerankerFixture {
  readonly reranker: Reranker;
  /** False for `none`, which does not change scores. */
  readonly scores: boolean;
  readonly stop: () => Promise<void>;
}

export const hit = (id: string, text: string, score: number): Hit => ({
  id,
  documentId: `document-${id}`,
  ordinal: 0,
  title: '',
  text,
  start: 0,
  end: text.length,
  headingPath: [],
  metadata: {},
  score,
  scores: { lexical: score },
});

export const HITS = [
  hit('a', 'The cache holds a thousand entries.', 9),
  hit('b', 'The server listens on port 8080.', 7),
  hit('c', 'The server listens on port 8080 by default.', 6),
  hit('d', '서버는 8080 포트에서 기다립니다.', 4),
  hit('e', 'Logs rotate every day.', 1),
] as const;

async function failureOf(run: Promise<unknown>): Promise<SragError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SragError);
  return error as SragError;
}

/** The contract of every reranker. */
export function rerankerConformance(name: string, start: () => Promise<RerankerFixture>): void {
  describe(`reranker ${name}`, () => {
    let fixture: RerankerFixture;
    const question = 'Which port does the server listen on?';
    beforeAll(async () => {
      fixture = await start();
    });
    afterAll(() => fixture?.stop());

    it('has an id that starts with its name', () => {
      expect(fixture.reranker.id.split(':')[0]).toBe(name);
    });

    it('returns every hit once, best first, if topK is the number of hits', async () => {
      const hits = await fixture.reranker.rerank({ question, hits: HITS, topK: HITS.length });
      expect(hits.map((found) => found.id).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
      const scores = hits.map((found) => found.score);
      expect(scores).toEqual([...scores].sort((left, right) => right - left));
      expect(scores.every(Number.isFinite)).toBe(true);
    });

    it('changes only the score of a hit', async () => {
      for (const found of await fixture.reranker.rerank({ question, hits: HITS, topK: 5 })) {
        const given = HITS.find((candidate) => candidate.id === found.id)!;
        expect({ ...found, score: given.score, scores: given.scores }).toEqual(given);
        expect(found.scores.lexical).toBe(given.scores.lexical);
        expect(found.scores.rerank).toBe(fixture.scores ? found.score : undefined);
      }
    });

    it('returns the first topK hits of the full order, or all hits if topK exceeds their number', async () => {
      const all = await fixture.reranker.rerank({ question, hits: HITS, topK: 1000 });
      const two = await fixture.reranker.rerank({ question, hits: HITS, topK: 2 });
      expect(all).toHaveLength(HITS.length);
      expect(two.map((found) => found.id)).toEqual(all.slice(0, 2).map((found) => found.id));
    });

    it('returns an empty list for no hits', async () => {
      expect(await fixture.reranker.rerank({ question, hits: [], topK: 3 })).toEqual([]);
    });

    it('does not modify the given hits', async () => {
      const before = structuredClone(HITS);
      await fixture.reranker.rerank({ question, hits: HITS, topK: 3 });
      expect(HITS).toEqual(before);
    });

    it.each([0, -1, 1.5, Number.NaN])('refuses topK %s', async (topK) => {
      const error = await failureOf(fixture.reranker.rerank({ question, hits: HITS, topK }));
      expect(error.code).toBe('INVALID_ARGUMENT');
    });

    it('fails with CANCELLED if its signal is aborted', async () => {
      const run = fixture.reranker.rerank({ question, hits: HITS, topK: 3, signal: AbortSignal.abort() });
      expect((await failureOf(run)).code).toBe('CANCELLED');
    });
  });
}
