import { beforeAll, describe, expect, it } from 'vitest';
import { estimateCost, loadPrices, type PriceTable } from '../../../../src/api/cost/index.ts';
import {
  METRIC_DEFINITIONS,
  METRIC_DIMENSIONS,
  METRIC_NAMES,
  METRIC_NAMESPACE,
  type MetricName,
  Observer,
  type ObserverOptions,
  type RequestRecord,
} from '../../../../src/api/observability/index.ts';
import { SragError } from '../../../../src/core/index.ts';
import { captured } from './captured.ts';

let prices: PriceTable;
beforeAll(async () => {
  prices = await loadPrices('us-east-1');
});

interface Emf {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: MetricName; readonly Unit: string }[];
    }[];
  };
  readonly [name: string]: unknown;
}

/** A record with every field set. */
const whole = (): RequestRecord => ({
  function: 'stream',
  requestId: '7b5a6c1e-9a53-4c1e-8d7a-3f1a2b3c4d5e',
  traceHeader: 'Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1',
  route: 'POST /query/stream',
  status: 200,
  coldStart: true,
  initMs: 91.5,
  index: { kind: 'snapshot', version: '20261124T101112Z-1a2b' },
  mode: 'hybrid',
  stages: {
    embedMs: 80,
    openMs: 60,
    searchMs: 12.25,
    fetchMs: 3,
    rerankMs: 40,
    generateMs: 900,
    firstTokenMs: 350,
  },
  totalMs: 1_100.5,
  storage: { reads: 16, bytes: 8_000_000, waves: 3, cacheHits: 4 },
  tokens: { embedding: 12, input: 3_000, output: 250 },
  cached: false,
  hits: 5,
  failedDocuments: 2,
  cost: estimateCost(
    {
      functions: [
        { name: 'stream', memoryMb: 1_769, architecture: 'arm64', durationMs: 1_100.5, initMs: 91.5 },
      ],
      gateway: { kind: 'rest', requests: 1, bytesOut: 6_000 },
      stateMachine: { kind: 'express', durationMs: 1_000, memoryMb: 64 },
      storage: { reads: 16, writes: 0, bytes: 8_000_000 },
      embedding: { model: 'amazon.titan-embed-text-v2:0', tokens: 12 },
      generation: { model: 'amazon.nova-lite-v1:0', inputTokens: 3_000, outputTokens: 250 },
      rerank: { model: 'amazon.rerank-v1:0', documents: 25 },
      logs: { bytes: 2_400 },
      cache: { kind: 'dynamodb', reads: 0.5, writes: 3 },
    },
    prices,
  ),
  text: { question: 'What?', answer: 'That.' },
});

async function written(record: RequestRecord, options: Partial<ObserverOptions> = {}) {
  const observer = new Observer({ service: 'srag-test', logText: false, ...options });
  const { lines, errors } = await captured(() => observer.recordRequest(record));
  expect(errors).toBe('');
  expect(lines).toHaveLength(2);
  return { emf: JSON.parse(lines[0]!) as Emf, log: JSON.parse(lines[1]!) as Record<string, unknown>, lines };
}

describe('the EMF line of a request', () => {
  it('declares every listed metric with its value, in one set of dimensions', async () => {
    const record = whole();
    const { emf } = await written(record);
    const [directive, ...more] = emf._aws.CloudWatchMetrics;
    expect(more).toEqual([]);
    expect(directive).toEqual({
      Namespace: METRIC_NAMESPACE,
      Dimensions: [METRIC_DIMENSIONS],
      Metrics: METRIC_NAMES.map((Name) => ({ Name, Unit: METRIC_DEFINITIONS[Name].unit })),
    });
    expect(emf).toMatchObject({
      service: 'srag-test',
      function: 'stream',
      indexKind: 'snapshot',
      mode: 'hybrid',
      requestId: record.requestId,
      traceId: '1-67891233-abcdef012345678912345678',
      indexVersion: '20261124T101112Z-1a2b',
      priceTable: '2026-11-24-us-east-1',
      TotalMs: 1_100.5,
      EmbedMs: 80,
      OpenMs: 60,
      SearchMs: 12.25,
      FetchMs: 3,
      RerankMs: 40,
      GenerateMs: 900,
      FirstTokenMs: 350,
      InitMs: 91.5,
      ColdStarts: 1,
      ClientErrors: 0,
      ServerErrors: 0,
      Throttles: 0,
      CacheHits: 0,
      Hits: 5,
      FailedDocuments: 2,
      StorageReads: 16,
      StorageBytes: 8_000_000,
      StorageWaves: 3,
      StorageCacheHits: 4,
      EmbeddingTokens: 12,
      InputTokens: 3_000,
      OutputTokens: 250,
    });
    // Ten minutes allow for clock skew, but not for a timestamp in seconds instead of milliseconds.
    expect(Math.abs(emf._aws.Timestamp - Date.now())).toBeLessThan(600_000);
  });

  it('breaks the total cost down by kind', async () => {
    const record = whole();
    const { emf } = await written(record);
    const kinds = METRIC_NAMES.filter((name) => METRIC_DEFINITIONS[name].kind !== undefined);
    const sum = kinds.reduce((total, name) => total + (emf[name] as number), 0);
    expect(sum / record.cost!.totalUsd).toBeCloseTo(1, 5);
    expect((emf.CostUsd as number) / record.cost!.totalUsd).toBeCloseTo(1, 5);
    expect(emf.CostRerankUsd).toBe(0.001);
    expect(emf.CostCacheUsd).toBe(Number((0.5 * 1.25e-7 + 3 * 6.25e-7).toPrecision(6)));
  });

  it('omits absent values and values that are not finite', async () => {
    const { emf, lines } = await written({
      function: 'retrieve',
      requestId: 'r-1',
      status: 200,
      coldStart: false,
      stages: { searchMs: Number.NaN, embedMs: -1, openMs: Number.POSITIVE_INFINITY },
      totalMs: 5,
      storage: { reads: 0, bytes: 0, waves: 0, cacheHits: 3 },
    });
    const names = emf._aws.CloudWatchMetrics[0]?.Metrics.map(({ Name }) => Name);
    expect(names).toEqual([
      'TotalMs',
      'ColdStarts',
      'ClientErrors',
      'ServerErrors',
      'Throttles',
      'StorageReads',
      'StorageBytes',
      'StorageWaves',
      'StorageCacheHits',
    ]);
    expect(emf).toMatchObject({ indexKind: 'none', mode: 'none', ColdStarts: 0, StorageReads: 0 });
    expect(lines.join('')).not.toMatch(/null|NaN|undefined/);
  });

  it.each([
    [200, 0, 0, 0],
    [400, 1, 0, 0],
    [429, 0, 0, 1],
    [503, 0, 1, 0],
  ])('counts a status of %i by its class', async (status, ClientErrors, ServerErrors, Throttles) => {
    const { emf } = await written({ ...whole(), status });
    expect(emf).toMatchObject({ ClientErrors, ServerErrors, Throttles });
  });

  it('with `metrics: essential` declares only essential metrics and writes the others as numeric properties', async () => {
    const { emf } = await written(whole(), { metrics: 'essential' });
    const names = emf._aws.CloudWatchMetrics[0]?.Metrics.map(({ Name }) => Name);
    expect(names).toEqual([
      'TotalMs',
      'FirstTokenMs',
      'ColdStarts',
      'ClientErrors',
      'ServerErrors',
      'Throttles',
      'CacheHits',
      'FailedDocuments',
      'CostUsd',
    ]);
    for (const name of METRIC_NAMES) expect(emf[name], name).toBeTypeOf('number');
  });

  it('is not written with `metrics: none`, but the log line then contains all numbers', async () => {
    const observer = new Observer({ service: 'srag-test', logText: false, metrics: 'none' });
    const { lines } = await captured(() => observer.recordRequest(whole()));
    expect(lines).toHaveLength(1);
    const log = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(log).toMatchObject({ message: 'request', TotalMs: 1_100.5, CostRerankUsd: 0.001 });
    for (const name of METRIC_NAMES) expect(log[name], name).toBeTypeOf('number');
  });

  it('limits dimension values: invalid names and names after the first sixteen become `other`', async () => {
    const observer = new Observer({ service: 'srag-test', logText: false });
    const kindOf = async (kind: string) => {
      const { lines } = await captured(() =>
        observer.recordRequest({ ...whole(), index: { kind, version: '1' } }),
      );
      return (JSON.parse(lines[0]!) as Emf).indexKind;
    };
    expect(await kindOf('Is this a kind?')).toBe('other');
    expect(await kindOf('x'.repeat(41))).toBe('other');
    for (let count = 0; count < 16; count++) expect(await kindOf(`kind-${count}`)).toBe(`kind-${count}`);
    expect(await kindOf('kind-16')).toBe('other');
    expect(await kindOf('kind-3')).toBe('kind-3');
  });

  it('stays below 3 KB with every field set, and below 4 KB together with the log line', async () => {
    const { lines } = await written(whole());
    expect(Buffer.byteLength(lines[0]!)).toBeLessThan(3_072);
    expect(Buffer.byteLength(lines.join('\n'))).toBeLessThan(4_096);
  });
});

describe('the log line of a request', () => {
  it('contains ids, outcome and cost', async () => {
    const { log } = await written(whole());
    expect(log).toMatchObject({
      level: 'INFO',
      message: 'request',
      service: 'srag-test',
      requestId: '7b5a6c1e-9a53-4c1e-8d7a-3f1a2b3c4d5e',
      xray_trace_id: '1-67891233-abcdef012345678912345678',
      function: 'stream',
      route: 'POST /query/stream',
      status: 200,
      ms: 1_100.5,
      coldStart: true,
      index: 'snapshot@20261124T101112Z-1a2b',
      mode: 'hybrid',
      costUsd: expect.any(Number),
    });
    expect(log).not.toHaveProperty('question');
    expect(log).not.toHaveProperty('error');
  });

  it('contains the codes of an error and its causes, and stack frames only for bugs', async () => {
    const cause = Object.assign(new TypeError('boom'), { code: 'ECONNRESET' });
    const error = new SragError('STORAGE_UNAVAILABLE', 'S3 did not answer.', { cause });
    const { log } = await written({ ...whole(), status: 503, error });
    expect(log.level).toBe('ERROR');
    expect(log.error).toEqual({
      name: 'SragError',
      code: 'STORAGE_UNAVAILABLE',
      class: 'service',
      cause: { name: 'TypeError', code: 'ECONNRESET', at: expect.any(Array) },
    });
    const { cause: logged } = log.error as { cause: { at: string[] } };
    expect(logged.at[0]).toMatch(/observer\.test\.ts:\d+:\d+/);
  });

  it('contains stack frames of a bug even if its error has no message', async () => {
    const { log } = await written({ ...whole(), status: 500, error: new TypeError('') });
    expect((log.error as { at: string[] }).at[0]).toMatch(/observer\.test\.ts:\d+:\d+/);
  });

  it('has the level WARN for throttled requests and for requests that succeeded in spite of an error', async () => {
    expect((await written({ ...whole(), status: 429 })).log.level).toBe('WARN');
    expect((await written({ ...whole(), error: new Error('x') })).log.level).toBe('WARN');
    expect((await written({ ...whole(), status: 404 })).log.level).toBe('INFO');
  });

  it('lists unpriced cost lines', async () => {
    const cost = estimateCost({ generation: { model: 'new', inputTokens: 1, outputTokens: 1 } }, prices);
    const { log } = await written({ ...whole(), cost });
    expect(log.unpriced).toEqual(['generation.input-tokens', 'generation.output-tokens']);
  });

  it('contains question, answer and error messages if text logging is enabled', async () => {
    const error = new SragError('INVALID_ARGUMENT', "'far too long a question' is too long.");
    const { log } = await written({ ...whole(), status: 400, error }, { logText: true });
    expect(log).toMatchObject({
      question: 'What?',
      answer: 'That.',
      error: { message: "'far too long a question' is too long." },
    });
  });
});

describe('an observer', () => {
  it('writes a request once, even if it is recorded repeatedly', async () => {
    const observer = new Observer({ service: 's', logText: false });
    const record = whole();
    const { lines } = await captured(async () => {
      await Promise.all([observer.recordRequest(record), observer.recordRequest(record)]);
      await observer.recordRequest(record);
    });
    expect(lines).toHaveLength(2);
  });

  it('writes synchronously and in order after `prepare` has resolved', async () => {
    const observer = new Observer({ service: 's', logText: false });
    await observer.prepare();
    const { lines } = await captured(() => {
      expect(observer.recordRequest({ ...whole(), requestId: 'a' })).toBeUndefined();
      expect(
        observer.recordRequest({ ...whole(), requestId: 'b', index: undefined, cost: undefined }),
      ).toBeUndefined();
    });
    expect(lines.map((line) => (JSON.parse(line) as { requestId: string }).requestId)).toEqual([
      'a',
      'a',
      'b',
      'b',
    ]);
    const second = JSON.parse(lines[2]!) as Emf;
    expect(second).toMatchObject({ indexKind: 'none' });
    expect(second).not.toHaveProperty('CostUsd');
    expect(second).not.toHaveProperty('indexVersion');
  });

  it('logs warnings of other modules', async () => {
    const observer = new Observer({ service: 's', logText: false });
    await observer.prepare();
    const { lines } = await captured(() => observer.warn('The query cache failed.', { cache: 'dynamodb:a' }));
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'WARN',
      message: 'The query cache failed.',
      cache: 'dynamodb:a',
    });
  });

  it('does not throw if a record cannot be read', async () => {
    const observer = new Observer({ service: 's', logText: false });
    const broken = new Proxy(whole(), {
      get() {
        throw new Error('the question is SECRET');
      },
    });
    const { lines, errors } = await captured(() => observer.recordRequest(broken));
    expect(lines).toEqual([]);
    expect(errors).toContain('A record was not written: Error');
    expect(errors).not.toContain('SECRET');
  });
});
