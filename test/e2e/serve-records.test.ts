import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Cost,
  loadPrices,
  type PriceTable,
  RECORD_LOG_BYTES,
  runLogBytes,
} from '../../src/api/cost/index.ts';
import type { ServedTrace } from '../../src/api/service/port.ts';
import type { CliProject } from '../support/cli.ts';
import { handbookProject } from '../support/handbook.ts';
import { type Asked, type ServedLaptop, servedLaptop } from '../support/served-laptop.ts';
import { sseEvents } from '../support/sse.ts';

const QUESTION = 'How many days of annual leave are there?';
const MEMORY_GB = {
  baseline: 512 / 1_024,
  retrieve: 1_769 / 1_024,
  generate: 512 / 1_024,
  stream: 1_769 / 1_024,
};

/** The embedded metrics of one request, as written by a function. */
type Emf = Readonly<Record<string, number>> & {
  readonly function: keyof typeof MEMORY_GB;
  readonly requestId: string;
};
interface Reply {
  readonly cost: Cost;
  readonly trace: ServedTrace;
  readonly requestId: string;
}

describe('the recorded usage of a request', () => {
  let project: CliProject;
  let served: ServedLaptop;
  let prices: PriceTable;

  beforeAll(async () => {
    project = await handbookProject();
    served = await servedLaptop(join(project.folder, '.srag'));
    prices = await loadPrices('us-east-1');
  });
  afterAll(async () => {
    await served?.stop();
    await project?.remove();
  });

  const written = (logs: readonly string[], requestId: string): Emf[] =>
    logs
      .filter((line) => line.startsWith('{"_aws"') && line.includes(requestId))
      .map((line) => JSON.parse(line) as Emf);
  /** The records of a request, once all of its functions have written theirs. */
  const recordsOf = (requestId: string, functions: readonly string[]): Promise<Emf[]> =>
    vi.waitFor(() => {
      const records = written(served.logs, requestId);
      expect(records.map((record) => record.function).sort()).toEqual([...functions].sort());
      return records;
    });
  const replyOf = (asked: Asked): Reply => {
    expect(asked.status).toBe(200);
    return asked.body ?? (JSON.parse(sseEvents(asked.text).at(-1)!.data) as Reply);
  };

  /** The expected lines, computed from the trace, the records and the price list. */
  function byHand({ trace }: Reply, records: readonly Emf[]): Record<string, number> {
    const price = (name: string): number => prices.prices[name]!.usd / prices.prices[name]!.per;
    const lines: Record<string, number> = { 'lambda.requests': records.length * price('lambda.requests') };
    for (const { function: name, TotalMs = Number.NaN, InitMs = 0 } of records)
      lines[`lambda.compute.${name}`] =
        ((MEMORY_GB[name] * Math.ceil(TotalMs + InitMs)) / 1_000) *
        price(`lambda.${process.arch === 'arm64' ? 'arm64' : 'x86_64'}.compute`);
    lines['gateway.requests'] = price('gateway.rest.requests');
    lines['storage.reads'] = (trace.storage?.reads ?? Number.NaN) * price('s3.reads');
    lines['storage.transfer'] = 0;
    lines['logs.ingestion'] = (records.length * runLogBytes('all') * price('logs.ingestion')) / 2 ** 30;
    return lines;
  }

  it.each([
    ['/retrieve', ['retrieve']],
    ['/query', ['baseline', 'generate', 'retrieve']],
    ['/query/stream', ['stream']],
  ])(
    "of a cold and a warm %s is the same in the cost lines, their sum and the functions' metrics",
    async (path, functions) => {
      for (const question of [QUESTION, `${QUESTION} In a year?`]) {
        const asked = await served.ask(path, { question });
        const reply = replyOf(asked);
        const { cost, trace, requestId } = reply;
        const records = await recordsOf(requestId, functions);
        const lines = Object.fromEntries(cost.lines.map(({ name, usd }) => [name, usd]));
        for (const { quantity, unitPriceUsd, usd } of cost.lines) expect(usd).toBe(quantity * unitPriceUsd);
        expect(cost.lines.reduce((sum, { usd }) => sum + usd, 0)).toBe(cost.totalUsd);
        for (const [name, usd] of Object.entries(byHand(reply, records))) {
          // Metrics are rounded to six digits, so the billed milliseconds may differ by one.
          expect(Math.abs(lines[name]! - usd), name).toBeLessThanOrEqual(
            Math.max(usd * 1e-5, name.startsWith('lambda.compute') ? 3e-8 : 0),
          );
        }
        const transfer = cost.lines.find(({ name }) => name === 'gateway.transfer')!;
        expect(Math.abs(transfer.quantity * 2 ** 30 - Buffer.byteLength(asked.text))).toBeLessThan(80);
        const sum = (name: string): number =>
          records.reduce((total, record) => total + (record[name] ?? 0), 0);
        expect(sum('CostUsd')).toBeCloseTo(cost.totalUsd, 9);
        expect(
          sum('CostLambdaUsd') +
            sum('CostGatewayUsd') +
            sum('CostStateMachineUsd') +
            sum('CostStorageUsd') +
            sum('CostLogsUsd') +
            sum('CostCacheUsd'),
        ).toBeCloseTo(cost.totalUsd, 9);
        expect(sum('StorageReads')).toBe(trace.storage?.reads);
        expect(sum('StorageBytes')).toBe(trace.storage?.bytes);
        if (functions.length > 1) expect(lines).toHaveProperty('state-machine.duration');
        // The plausible range of the memory of a Node.js process with a function.
        expect(trace.memoryBytes).toBeGreaterThan(2e7);
        expect(trace.memoryBytes).toBeLessThan(5e8);
      }
    },
  );

  /** Returns the only line that the function `name` logged for a request. */
  // biome-ignore lint/suspicious/noExplicitAny: tests inspect every field.
  const lineOf = (requestId: string, name: string): Promise<any> =>
    vi.waitFor(() => {
      const found = served.logs.find(
        (line) =>
          line.includes(requestId) &&
          line.includes(`"function":"${name}"`) &&
          line.includes('"message":"request"'),
      );
      expect(found).toBeDefined();
      return JSON.parse(found!);
    });

  it('has each stage in the record of its function, with one trace id', async () => {
    const { requestId, trace } = replyOf(
      await served.ask('/query', { question: `${QUESTION} Whose stages?` }),
    );
    const records = await recordsOf(requestId, ['baseline', 'generate', 'retrieve']);
    const having = (name: string): string[] =>
      records.filter((record) => name in record).map((record) => record.function);
    expect([having('SearchMs'), having('GenerateMs'), having('FetchMs')]).toEqual([
      ['retrieve'],
      ['generate'],
      ['generate'],
    ]);
    expect(trace.stages).toMatchObject({ searchMs: expect.any(Number), generateMs: expect.any(Number) });
    const lines = await Promise.all(
      ['baseline', 'retrieve', 'generate'].map((name) => lineOf(requestId, name)),
    );
    expect(new Set(lines.map((line) => line.xray_trace_id)).size).toBe(1);
    expect(lines.map((line) => line.route)).toEqual(['POST /query', undefined, undefined]);
  });

  it('names the searched index, even if the answer is cached and the request selects the index', async () => {
    const { trace } = replyOf(await served.ask('/retrieve', { question: QUESTION }));
    const { kind, version } = trace.index!;
    const body = { question: `${QUESTION} Cached?`, index: `${kind}@${version}` };
    const [first, again] = [
      replyOf(await served.ask('/query', body)),
      replyOf(await served.ask('/query', body)),
    ];
    expect([first.trace.cached, again.trace.cached]).toEqual([false, true]);
    expect(again.trace.index).toEqual(first.trace.index);
    expect(again.trace.index).toEqual({ kind, version });
    const [record] = await recordsOf(again.requestId, ['baseline']);
    expect(record).toMatchObject({ indexKind: kind, indexVersion: version, CacheHits: 1 });
  });

  it.each([
    ['/retrieve', 'retrieve', { question: 5 }, 400],
    ['/query', 'baseline', { question: '' }, 400],
    ['/query/stream', 'stream', { question: QUESTION, what: 1 }, 400],
  ])('of %s includes requests refused before they are handled', async (path, name, body, status) => {
    const asked = await served.ask(path, body);
    expect(asked.status).toBe(status);
    const [record] = await recordsOf(asked.body.requestId, [name]);
    expect(record).toMatchObject({ ClientErrors: 1 });
    expect(await lineOf(asked.body.requestId, name)).toMatchObject({
      status,
      route: `POST ${path}`,
      error: { name: 'HttpProblem', code: 'INVALID_BODY' },
    });
  });

  it('includes the error code of a failed step in the log', async () => {
    const asked = await served.ask('/query', { question: QUESTION, index: 'snapshot@nowhere' });
    const line = await lineOf(asked.body.requestId, 'baseline');
    expect(line.error).toEqual({ name: 'RelayedProblem', code: 'UNKNOWN_INDEX_VERSION' });
    // A failed lookup still counts as a read, and the cache was queried.
    const records = await recordsOf(asked.body.requestId, ['baseline', 'retrieve']);
    expect(records.find((record) => record.function === 'retrieve')).toMatchObject({ StorageReads: 1 });
  });

  it('reports a request that is too large for the state machine as an error of the caller', async () => {
    const terms = Array.from({ length: 150 }, (_, number) => ({
      field: 'team',
      op: 'eq',
      value: `${number} `.padEnd(2_000, 'x'),
    }));
    const asked = await served.ask('/query', { question: QUESTION, filter: { or: terms } });
    expect(asked).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
  });

  it.each([
    ['/retrieve', ['retrieve']],
    ['/query', ['baseline', 'retrieve', 'generate']],
    ['/query/stream', ['stream']],
  ])('of a cold %s matches the reads and bytes counted by S3', async (path, functions) => {
    const fresh = await servedLaptop(join(project.folder, '.srag'));
    try {
      const { trace } = replyOf(await fresh.ask(path, { question: QUESTION }));
      const counts = functions.map((name) => fresh.laptop.services.accounting(`${name}-1`).counts());
      expect(trace.storage?.reads).toBe(counts.reduce((sum, { reads }) => sum + reads, 0));
      expect(trace.storage?.bytes).toBe(counts.reduce((sum, { bytesRead }) => sum + bytesRead, 0));
    } finally {
      await fresh.stop();
    }
  });

  it('has log lines about as long as its cost lines assume', async () => {
    const { requestId } = replyOf(await served.ask('/retrieve', { question: QUESTION }));
    await recordsOf(requestId, ['retrieve']);
    const lines = served.logs.filter((line) => line.includes(requestId) && line.startsWith('{'));
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    expect(bytes).toBeGreaterThan(RECORD_LOG_BYTES.all * 0.7);
    expect(bytes).toBeLessThan(RECORD_LOG_BYTES.all * 1.3);
  });

  it('can omit metrics from the log while keeping the values', async () => {
    const quiet = await servedLaptop(join(project.folder, '.srag'), { SRAG_METRICS: 'none' });
    try {
      const { requestId, cost } = replyOf(await quiet.ask('/retrieve', { question: QUESTION }));
      const line = await vi.waitFor(() => {
        const found = quiet.logs.find(
          (each) => each.includes(requestId) && each.includes('"message":"request"'),
        );
        expect(found).toBeDefined();
        return JSON.parse(found!) as Record<string, number>;
      });
      expect(written(quiet.logs, requestId)).toEqual([]);
      expect(line.CostUsd).toBeCloseTo(cost.totalUsd, 9);
    } finally {
      await quiet.stop();
    }
  });
});
