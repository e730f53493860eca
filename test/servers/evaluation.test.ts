import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluateQueries, exactNeighbours, indexRecall, mean, readDataset } from '../../src/measure/index.ts';
import { openVectorFolder } from '../../src/models/embedders/index.ts';
import { testData } from './environment.ts';

/** Published nDCG@10 of exact search on the MiniLM vectors. */
const PUBLISHED = { scifact: 0.645, 'qed-nq': 0.913 } as const;

describe.each(Object.entries(PUBLISHED))('exact search on the MiniLM vectors of %s', (name, published) => {
  it('reaches the published nDCG@10 and agrees with the stored exact neighbours', async () => {
    const dataset = await readDataset(join(testData(), name));
    const vectors = await openVectorFolder(join(dataset.folder, 'vectors', 'minilm-384'));
    const { dimensions } = vectors;
    const asked = await vectors.queries();
    const stored = await vectors.groundTruth();
    const corpus = await vectors.corpusRows(0, vectors.rows);
    await vectors.close();
    const found = await exactNeighbours({ dimensions, blocks: [corpus], queries: asked!.vectors, topK: 100 });

    const recalls = asked!.ids.map((_, query) => {
      const of = (rows: Int32Array): number[] => [...rows.subarray(query * 100, query * 100 + 100)];
      const scores = new Map(of(found.rows).map((row, rank) => [row, found.scores[query * 100 + rank]!]));
      const exactScore = (row: number): number => scores.get(row) ?? Number.NEGATIVE_INFINITY;
      return indexRecall({ hits: of(stored!.rows), truth: of(found.rows), topK: 100, exactScore });
    });
    expect(mean(recalls)).toBeGreaterThan(0.9999);

    const rowOfQuery = new Map(asked!.ids.map((id, row) => [id, row]));
    const { summary } = await evaluateQueries({
      queries: dataset.queries,
      ask: async ({ id }) => {
        const at = rowOfQuery.get(id)! * 100;
        const hits = [...found.rows.subarray(at, at + 100)].map((row) => ({
          documentId: dataset.documentIds[row]!,
        }));
        return { hits, latencyMs: 0 };
      },
    });
    expect(summary.metrics?.['ndcg@10']).toBeGreaterThan(published - 0.003);
    expect(summary.metrics?.['ndcg@10']).toBeLessThan(published + 0.003);
  });
});
