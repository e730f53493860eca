import { beforeAll, describe, expect, it } from 'vitest';
import { loadPrices, type PriceTable } from '../../../../src/api/cost/index.ts';
import { modelError } from '../../../../src/measure/advice/model-error.ts';
import { type Advice, advise, type Measurement, shippedMeasurements } from '../../../../src/measure/index.ts';
import { adviceRequest, type GivenRequest } from '../../../support/measure/advice-request.ts';

let prices: PriceTable;
let shipped: readonly Measurement[];

beforeAll(async () => {
  prices = await loadPrices('us-east-1');
  shipped = await shippedMeasurements();
});

/** What was measured of a kind on a collection. */
function measured(kind: string, { rows = 10_000, dimensions = 384 }: GivenRequest): Measurement {
  const found = shipped.find(
    (one) => one.kind === kind && one.rows === rows && one.dimensions === dimensions,
  );
  if (found === undefined) throw new Error(`${kind} was not measured on ${rows} x ${dimensions}.`);
  return found;
}

interface Stated {
  readonly title: string;
  readonly given: GivenRequest;
  readonly kinds: readonly string[];
  /** Checks the measurements that argue for the choice. */
  readonly argument: (given: GivenRequest, advice: Advice) => void;
}

/** Dollars per month of a kind in the advice. */
const usdOf = ({ choices }: Advice, kind: string): number =>
  choices.find((one) => one.kind === kind)!.figures.usdPerMonth.value!;

/** The kind is fast and exact enough, and no other one that is costs less. */
const isCheapestThatMeets =
  (kind: string) =>
  (given: GivenRequest, advice: Advice): void => {
    const { targets } = adviceRequest(given);
    expect(measured(kind, given).p95Ms).toBeLessThan(targets.p95Ms ?? Number.POSITIVE_INFINITY);
    expect(measured(kind, given).recall).toBeGreaterThanOrEqual(targets.recall!);
    for (const { kind: other, misses } of advice.choices)
      if (misses.length === 0) expect(usdOf(advice, kind)).toBeLessThanOrEqual(usdOf(advice, other));
  };

const STATED: readonly Stated[] = [
  {
    title:
      'an interactive search of 10,000 chunks: the snapshot answers in about a millisecond and needs no server',
    given: {},
    kinds: ['snapshot'],
    argument: isCheapestThatMeets('snapshot'),
  },
  {
    title: 'a steady load of 50 requests per second: LanceDB would read S3 for each of them',
    given: { rows: 30_000, purpose: 'steady', load: 'constant 50/s for 10min' },
    kinds: ['snapshot'],
    argument: isCheapestThatMeets('snapshot'),
  },
  {
    title: 'bursts after idle times: an idle server costs as much as a busy one',
    given: {
      rows: 20_000,
      dimensions: 768,
      purpose: 'bursty',
      load: 'on-off 8/s for 60s, idle 14min, 12 times',
    },
    kinds: ['snapshot'],
    argument: (given, advice) => {
      isCheapestThatMeets('snapshot')(given, advice);
      const idle = advice.choices.find(({ kind }) => kind === 'opensearch-hnsw')!.figures.idleUsdPerMonth;
      expect(idle.value).toBeGreaterThan(usdOf(advice, 'snapshot'));
    },
  },
  {
    title: 'a nightly batch on a small collection: everything is fast enough, and the snapshot costs least',
    given: { rows: 2_000, purpose: 'batch', load: 'constant 0.01/s for 100h' },
    kinds: ['snapshot', 'lancedb-flat'],
    argument: (given, advice) => {
      expect(measured('lancedb-flat', given).p95Ms).toBeLessThan(1_000);
      expect(usdOf(advice, 'lancedb-flat') / usdOf(advice, 'snapshot')).toBeLessThan(1.1);
    },
  },
  {
    title:
      'exact results without a latency target: only an exact kind keeps a recall of 1, and Flat needs no server',
    given: { purpose: 'batch', load: 'constant 0.1/s for 10h', target: { recall: 1 } },
    kinds: ['lancedb-flat'],
    argument: (given, advice) => {
      expect(measured('snapshot', given).recall).toBeLessThan(1);
      expect(usdOf(advice, 'opensearch-exact')).toBeGreaterThan(2 * usdOf(advice, 'lancedb-flat'));
    },
  },
  {
    title: 'exact results within 50 ms: reading all vectors from S3 takes longer',
    given: { target: { recall: 1, p95Ms: 50 } },
    kinds: ['opensearch-exact'],
    argument: (given) => {
      expect(measured('lancedb-flat', given).p50Ms).toBeGreaterThan(50);
      expect(measured('opensearch-exact', given).p95Ms).toBeLessThan(50);
    },
  },
  {
    title: 'exact results on vectors of 61 MB: Flat misses half a second',
    given: { rows: 20_000, dimensions: 768, purpose: 'steady', target: { recall: 1 } },
    kinds: ['opensearch-exact'],
    argument: (given) => {
      expect(measured('lancedb-flat', given).p50Ms).toBeGreaterThan(500);
      expect(measured('opensearch-exact', given).p95Ms).toBeLessThan(500);
    },
  },
  {
    title: 'a budget below the price of the alarms: no kind keeps it, and the one that costs least is named',
    given: { target: { usdPerMonth: 1 } },
    kinds: ['snapshot'],
    argument: (_, advice) => {
      expect(advice.choices[0]!.misses.map(({ target }) => target)).toEqual(['budget']);
      for (const { kind } of advice.choices)
        expect(usdOf(advice, 'snapshot')).toBeLessThan(1.02 * usdOf(advice, kind));
    },
  },
  {
    title: 'documents that may be 10 s old: only the snapshot is built in that time',
    given: { rows: 20_000, dimensions: 768, purpose: 'batch', target: { freshnessSeconds: 10 } },
    kinds: ['snapshot'],
    argument: (given, advice) => {
      expect(measured('snapshot', given).buildMs).toBeLessThan(10_000);
      for (const { kind } of advice.choices)
        if (kind.startsWith('lancedb') || kind.startsWith('opensearch'))
          expect(measured(kind, given).buildMs).toBeGreaterThan(10_000);
    },
  },
  {
    title: 'a recall of .999 within half a second: an exact scan of 15 MB is the cheapest way',
    given: { target: { recall: 0.999 } },
    kinds: ['lancedb-flat'],
    argument: (given, advice) => {
      expect(measured('snapshot', given).recall).toBeLessThan(0.999);
      isCheapestThatMeets('lancedb-flat')(given, advice);
    },
  },
  {
    title: 'a recall of .999 within 100 ms: a server with the graph in memory',
    given: { target: { recall: 0.999, p95Ms: 100 } },
    kinds: ['opensearch-hnsw', 'opensearch-on-disk', 'opensearch-exact'],
    argument: (given) => {
      expect(measured('snapshot', given).recall).toBeLessThan(0.999);
      for (const kind of ['lancedb-flat', 'lancedb-ivf-hnsw-sq'])
        expect(measured(kind, given).p50Ms).toBeGreaterThan(100);
    },
  },
  {
    title: 'a question every eight minutes within 400 ms: one environment is kept warm',
    given: { load: 'constant 0.002/s for 500h', target: { p95Ms: 400 } },
    kinds: ['snapshot'],
    argument: (given, advice) => {
      expect(measured('snapshot', given).firstMs).toBeGreaterThan(400);
      expect(advice.choices[0]!.warmUp).toBe('schedule');
    },
  },
];

describe('stated scenarios', () => {
  it.each(STATED)('$title', async ({ given, kinds, argument }) => {
    const advice = await advise(adviceRequest(given), shipped, prices);
    expect(kinds).toContain(advice.choices[0]!.kind);
    argument(given, advice);
  });
});

describe('the model on collections that it was not fitted to', () => {
  it('errs by at most 20 % in latency, and by 10 % in memory and cost, at the median', () => {
    const error = modelError(shipped, prices);
    expect(error.latency).toBeLessThan(0.2);
    expect(error.memory).toBeLessThan(0.1);
    expect(error.cost).toBeLessThan(0.1);
    expect(error.predictions).toBeGreaterThan(30);
  });

  it('leads to a choice that costs at most 10 % more than the best one, at the median of 30 scenarios', async () => {
    const loads = [
      'constant 0.05/s for 1h',
      'constant 2/s for 2min',
      'on-off 30/s for 5s, idle 14min, 2 times',
    ];
    const targets = [
      { p95Ms: 500 },
      { recall: 0.99, p95Ms: 1_000 },
      { recall: 1, p95Ms: undefined },
      { p95Ms: 100 },
    ];
    const sizes = [
      ...new Map(
        shipped.map(({ rows, dimensions }) => [`${rows}x${dimensions}`, { rows, dimensions }]),
      ).values(),
    ];
    const regrets: number[] = [];
    for (let index = 0; regrets.length < 30; index++) {
      const size = sizes[index % sizes.length]!;
      const request = adviceRequest({
        ...size,
        load: loads[index % loads.length]!,
        target: targets[(index + Math.floor(index / sizes.length)) % targets.length]!,
      });
      const others = shipped.filter(
        ({ rows, dimensions }) => rows !== size.rows || dimensions !== size.dimensions,
      );
      const [chosen] = (await advise(request, others, prices)).choices;
      const truth = (await advise(request, shipped, prices)).choices;
      const best = truth[0]!;
      const found = truth.find(({ kind }) => kind === chosen!.kind)!;
      const usd = (one: typeof best) => one.figures.usdPerMonth.value!;
      regrets.push(found.misses.length > best.misses.length ? 1 : Math.max(0, usd(found) / usd(best) - 1));
    }
    expect(regrets.toSorted((a, b) => a - b)[15]).toBeLessThanOrEqual(0.1);
    expect(regrets.filter((regret) => regret > 0.1).length).toBeLessThanOrEqual(6);
  }, 120_000);
});
