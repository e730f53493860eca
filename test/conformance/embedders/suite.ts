import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SragError } from '../../../src/core/index.ts';
import type { Embedder } from '../../../src/models/embedders/index.ts';

/** Texts that the embedder of every fixture must be able to embed. */
export const TEXTS = [
  'A function starts in a fraction of a second.',
  '함수는 순식간에 시작됩니다.',
  'x',
  'One line\nand another one, with "quotes" and \u{1f600}.',
  'A function starts in a fraction of a second.',
] as const;

/** An embedder under test, provided by its test file. */
export interface EmbedderFixture {
  readonly embedder: Embedder;
  readonly dimensions: number;
  /** Largest distance between vectors of the same text, as 1 - cosine. */
  readonly tolerance: number;
  readonly stop: () => Promise<void>;
}

async function failureOf(run: Promise<unknown>): Promise<SragError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SragError);
  return error as SragError;
}

const cosine = (left: Float32Array, right: Float32Array): number =>
  left.reduce((sum, component, index) => sum + component * right[index]!, 0);

/** The contract of every embedder. */
export function embedderConformance(name: string, start: () => Promise<EmbedderFixture>): void {
  describe(`embedder ${name}`, () => {
    let fixture: EmbedderFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    afterAll(() => fixture?.stop());
    const rows = (vectors: Float32Array): Float32Array[] => {
      const { dimensions } = fixture;
      return Array.from({ length: vectors.length / dimensions }, (_, row) =>
        vectors.subarray(row * dimensions, (row + 1) * dimensions),
      );
    };

    it('has an id that starts with its name and contains its dimensions', () => {
      const parts = fixture.embedder.id.split(':');
      expect(parts[0]).toBe(name);
      expect(parts).toContain(String(fixture.dimensions));
      expect(fixture.embedder.dimensions).toBe(fixture.dimensions);
      expect(fixture.embedder.batchSize).toBeGreaterThanOrEqual(1);
    });

    it('returns one vector of unit length per text', async () => {
      const { vectors } = await fixture.embedder.embedDocuments(TEXTS);
      expect(vectors).toHaveLength(TEXTS.length * fixture.dimensions);
      for (const vector of rows(vectors)) expect(cosine(vector, vector)).toBeCloseTo(1, 5);
    });

    it('returns vectors in the order of the texts, equal to those of each text embedded alone', async () => {
      const together = rows((await fixture.embedder.embedDocuments(TEXTS)).vectors);
      for (const [index, text] of TEXTS.entries()) {
        const alone = (await fixture.embedder.embedDocuments([text])).vectors;
        expect(1 - cosine(alone, together[index]!)).toBeLessThanOrEqual(fixture.tolerance);
      }
    });

    it('returns equal vectors for equal texts and different ones for different texts', async () => {
      const vectors = rows((await fixture.embedder.embedDocuments(TEXTS)).vectors);
      expect(1 - cosine(vectors[0]!, vectors[4]!)).toBeLessThanOrEqual(fixture.tolerance);
      expect(cosine(vectors[0]!, vectors[1]!)).toBeLessThan(0.99);
    });

    it('returns one vector of unit length for a question', async () => {
      const { vectors } = await fixture.embedder.embedQuery(TEXTS[0]);
      expect(vectors).toHaveLength(fixture.dimensions);
      expect(cosine(vectors, vectors)).toBeCloseTo(1, 5);
    });

    it('returns no vectors for an empty list', async () => {
      expect((await fixture.embedder.embedDocuments([])).vectors).toHaveLength(0);
    });

    it('refuses an empty text and reports its index', async () => {
      const error = await failureOf(fixture.embedder.embedDocuments([TEXTS[0], '']));
      expect(error.code).toBe('INVALID_ARGUMENT');
      expect(error.fields.index).toBe(1);
    });

    it('fails with CANCELLED if its signal is aborted', async () => {
      const run = fixture.embedder.embedDocuments(TEXTS, { signal: AbortSignal.abort() });
      expect((await failureOf(run)).code).toBe('CANCELLED');
    });
  });
}
