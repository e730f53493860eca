import { beforeAll, describe, expect, it } from 'vitest';
import { loadPrices, type PriceTable } from '../../../../src/api/cost/index.ts';
import {
  assumedFigures,
  atRate,
  atRows,
  type BackendName,
  breakEven,
  breakEvenSentences,
  type CostScene,
  type Crossing,
  DEFAULT_WORKLOAD,
  monthlyUsd,
  type Workload,
} from '../../../../src/measure/cost/index.ts';

let prices: PriceTable;
beforeAll(async () => {
  prices = await loadPrices('us-east-1');
});

const sceneOf = (change: Partial<Workload> = {}): CostScene => ({
  workload: { ...DEFAULT_WORKLOAD, ...change },
  figures: assumedFigures,
  prices,
});

const PAIRS: readonly (readonly [BackendName, BackendName])[] = [
  ['snapshot', 'in-memory-server'],
  ['s3-vectors', 'opensearch-managed'],
  ['bedrock-knowledge-base-s3-vectors', 'snapshot'],
  ['opensearch-serverless-next', 'opensearch-managed'],
  ['lancedb-flat', 'opensearch-serverless'],
];

/** Evaluates both backends on both sides of a crossing. */
function expectCrossing(scene: CostScene, crossing: Crossing, vary: (at: number) => Workload) {
  const { at, cheaperAbove, cheaperBelow } = crossing;
  const usd = (backend: BackendName, value: number) =>
    monthlyUsd(backend, { ...scene, workload: vary(value) });
  expect(usd(cheaperBelow, at * 0.999)).toBeLessThan(usd(cheaperAbove, at * 0.999));
  expect(usd(cheaperAbove, at * 1.001)).toBeLessThan(usd(cheaperBelow, at * 1.001));
}

describe('breakEven', () => {
  it.each(PAIRS)('of %s and %s changes the order of their costs at each crossing', (a, b) => {
    const scene = sceneOf();
    const { requestsPerSecond, rows } = breakEven(a, b, scene);
    expect(requestsPerSecond.length + rows.length).toBeGreaterThan(0);
    for (const crossing of requestsPerSecond)
      expectCrossing(scene, crossing, (rate) => atRate(scene.workload, rate));
    for (const crossing of rows) expectCrossing(scene, crossing, (value) => atRows(scene.workload, value));
  });

  it('finds none if one backend is always cheaper', () => {
    expect(breakEven('snapshot', 'opensearch-serverless', sceneOf())).toEqual({
      requestsPerSecond: [],
      rows: [],
    });
  });
});

describe('breakEvenSentences', () => {
  it('name the rate above which the other backend costs less', () => {
    const [sentence] = breakEvenSentences(['snapshot', 'in-memory-server'], sceneOf());
    expect(sentence).toMatch(/^Above 0\.\d+ requests\/s in-memory-server costs less than snapshot/);
  });

  it('name the cheaper backend of a pair without a crossing, and nothing for a single backend', () => {
    expect(breakEvenSentences(['opensearch-serverless', 'snapshot'], sceneOf())).toEqual([
      'At every rate and corpus size compared, snapshot costs less than opensearch-serverless.',
    ]);
    expect(breakEvenSentences(['snapshot'], sceneOf())).toEqual([]);
  });

  it('name the cheapest of more than three backends from the low end of each range', () => {
    const sentences = breakEvenSentences(
      ['snapshot', 'opensearch-serverless', 's3-vectors', 'in-memory-server'],
      sceneOf(),
    );
    expect(sentences).toHaveLength(2);
    expect(sentences[0]).toMatch(
      /^Up to about [\d.]+ requests\/s snapshot costs least, above that in-memory-server \(compared: 0\.001 to 10,000 requests\/s\)\.$/,
    );
    expect(sentences[1]).toMatch(
      /^Up to about [\d,]+ rows in-memory-server costs least, above that snapshot \(compared: 1,000 to 100,000,000 rows\)\.$/,
    );
  });
});
