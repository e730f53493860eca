import { beforeAll, describe, expect, it } from 'vitest';
import { loadPrices, type PriceTable } from '../../../../src/api/cost/index.ts';
import { advise, type Measurement } from '../../../../src/measure/index.ts';
import { adviceRequest } from '../../../support/measure/advice-request.ts';
import { measurement } from '../../../support/measure/measurement.ts';

const SIZE = { rows: 10_000, dimensions: 384 };
let prices: PriceTable;

beforeAll(async () => {
  prices = await loadPrices('us-east-1');
});

/** Advice from one measurement of each kind. */
const adviseFrom = (measurements: readonly Partial<Measurement>[], request = adviceRequest()) =>
  advise(
    request,
    measurements.map((one) => measurement({ ...SIZE, ...one })),
    prices,
  );

const kindsOf = ({ choices }: Awaited<ReturnType<typeof advise>>) => choices.map(({ kind }) => kind);

describe('advice', () => {
  it('prefers the cheapest kind that meets every target', async () => {
    const advice = await adviseFrom([
      { kind: 'opensearch-hnsw', p50Ms: 5 },
      { kind: 'snapshot', p50Ms: 1 },
    ]);
    expect(kindsOf(advice)).toEqual(['snapshot', 'opensearch-hnsw', 's3-vectors']);
    expect(advice.choices[0]).toMatchObject({
      misses: [],
      figures: { recall: { value: 0.99, basis: 'measured' } },
    });
    expect(advice.choices[1]!.reason).toMatch(/^It costs \$\d+\.\d\d a month more than snapshot; p95 is /);
    expect(advice.closeCall).toBeUndefined();
  });

  it('rejects a kind that misses the target for p95, recall or the budget, and says by how much', async () => {
    const measured = [
      { kind: 'snapshot', p50Ms: 700, recall: 0.8 },
      { kind: 'opensearch-hnsw', p50Ms: 5 },
    ];
    const advice = await adviseFrom(measured);
    expect(kindsOf(advice)[0]).toBe('opensearch-hnsw');
    const snapshot = advice.choices.find(({ kind }) => kind === 'snapshot')!;
    expect(snapshot.misses.map(({ target }) => target)).toEqual(['p95', 'recall']);
    expect(snapshot.reason).toMatch(/^p95 of 1[34]\d\d ms is above 500 ms; recall of 0.800 is below 0.95\.$/);
    const cheap = await adviseFrom(measured, adviceRequest({ target: { usdPerMonth: 20 } }));
    expect(cheap.choices.find(({ kind }) => kind === 'opensearch-hnsw')!.reason).toMatch(
      /^\$\d+\.\d\d a month is above the budget of \$20\.$/,
    );
  });

  it('rejects kinds whose versions take longer to build than documents may be stale', async () => {
    const advice = await adviseFrom(
      [
        { kind: 'snapshot', buildMs: 90_000 },
        { kind: 'lancedb-flat', buildMs: 4_000, p50Ms: 100 },
      ],
      adviceRequest({ target: { freshnessSeconds: 60 } }),
    );
    expect(kindsOf(advice)[0]).toBe('lancedb-flat');
  });

  it('takes only an exact kind for a recall of 1', async () => {
    const advice = await adviseFrom(
      [
        { kind: 'snapshot', recall: 1 },
        { kind: 'lancedb-flat', p50Ms: 100, recall: 1 },
      ],
      adviceRequest({ target: { recall: 1 } }),
    );
    expect(kindsOf(advice)[0]).toBe('lancedb-flat');
    expect(advice.choices[1]!.reason).toBe('its search is approximate.');
    expect(advice.closeCall).toBeUndefined();
  });

  it('has no preference inside the noise, and names the experiment that decides', async () => {
    const advice = await adviseFrom([
      { kind: 'opensearch-hnsw', p50Ms: 5, p95Ms: 10 },
      { kind: 'opensearch-exact', p50Ms: 5, p95Ms: 10, recall: 1 },
    ]);
    expect(advice.closeCall).toMatchObject({
      command: expect.stringMatching(
        /^srag compare questions\.jsonl --kinds opensearch-\w+,opensearch-\w+ --mode vector$/,
      ),
    });
  });

  it('keeps environments ready if cold starts alone would miss the target', async () => {
    const rare = adviceRequest({
      load: 'constant 0.002/s for 500h',
      target: { p95Ms: 400 },
    });
    const advice = await adviseFrom([{ kind: 'snapshot', p50Ms: 5, firstMs: 1_500 }], rare);
    expect(advice.choices[0]).toMatchObject({ kind: 'snapshot', warmUp: 'schedule', misses: [] });
    expect(advice.choices[0]!.figures.coldShare.value).toBeLessThan(0.05);
    const indifferent = await adviseFrom([{ kind: 'snapshot', p50Ms: 5, firstMs: 1_500 }], {
      ...rare,
      targets: { ...rare.targets, p95Ms: undefined, usdPerMonth: 1_000 },
    });
    expect(indifferent.choices[0]!.misses).toEqual([]);
  });

  it('leaves out kinds that need more memory than a function can have', async () => {
    const advice = await adviseFrom([{ kind: 'snapshot', peakBytes: 9 * 2 ** 30 }, { kind: 'lancedb-flat' }]);
    expect(kindsOf(advice)).not.toContain('snapshot');
  });

  it('counts an unknown recall as missed, and says which kind needs more memory than a function can have', async () => {
    const { choices, notes } = await adviseFrom([
      { kind: 'snapshot', recall: undefined },
      { kind: 'lancedb-flat', peakBytes: 9 * 2 ** 30 },
      { kind: 'opensearch-hnsw', p50Ms: 5 },
    ]);
    expect(choices[0]!.kind).toBe('opensearch-hnsw');
    expect(choices.find(({ kind }) => kind === 'snapshot')!.reason).toBe('its recall was not measured.');
    expect(notes[0]).toBe(
      'lancedb-flat is left out: it would need 12 GB of memory, and a function has at most 10 GB.',
    );
  });

  it('names the cheaper kind if one with a lower p95 costs about as much', async () => {
    const { choices } = await adviseFrom(
      [
        { kind: 'snapshot', p50Ms: 90, p95Ms: 200, warmReads: 0 },
        { kind: 'lancedb-ivf-flat', p50Ms: 4, p95Ms: 9, warmReads: 100 },
      ],
      adviceRequest({ load: 'constant 0.005/s for 100h' }),
    );
    expect(choices[0]!.kind).toBe('lancedb-ivf-flat');
    expect(choices[0]!.reason).toMatch(
      /^It costs about as much as snapshot, the cheapest .* p95 is lower: \$/,
    );
  });

  it('rejects a kind whose answers take longer than the gateway waits, and S3 Vectors above its rate', async () => {
    const slow = await adviseFrom(
      [{ kind: 'lancedb-flat', p50Ms: 40_000 }],
      adviceRequest({ purpose: 'batch', load: 'constant 600/s for 10min', target: { recall: 0.5 } }),
    );
    const missesOf = (kind: string) =>
      slow.choices.find((one) => one.kind === kind)!.misses.map(({ target }) => target);
    expect(missesOf('lancedb-flat')).toContain('timeout');
    expect(missesOf('s3-vectors')).toEqual(['throttling']);
  });

  it.each([
    ['rows', { rows: 0 }],
    ['dimensions', { dimensions: 1.5 }],
    ['rate', { requestsPerSecond: 0 }],
    ['recall', { target: { recall: 95 } }],
    ['p95', { target: { p95Ms: -1 } }],
    ['budget', { target: { usdPerMonth: Number.NaN } }],
  ])('refuses %s outside its range', async (field, given) => {
    await expect(adviseFrom([{ kind: 'snapshot' }], adviceRequest(given))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: { field },
    });
  });

  it('warns about languages and filters that were not measured', async () => {
    const { notes } = await adviseFrom(
      [{ kind: 'snapshot' }],
      adviceRequest({ hasFilters: true, languages: ['ja'] }),
    );
    expect(notes.join('\n')).toContain('Keyword search in ja was never measured');
    expect(notes.join('\n')).toContain('without filters');
  });
});
