import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../../src/api/http/index.ts';
import { type Invoke, type Json, loadStateMachine, type ReadItems } from '../../../../src/laptop/index.ts';
import { invoking, named, runVirtually } from '../../../support/state-machines.ts';

const read = (name: string): object =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../src/cloud/functions', name), 'utf8'),
  ) as object;

const pipeline = read('state-machine.asl.json');
const load = {
  substitutions: {
    RetrieveFunction: 'arn:aws:lambda:us-east-1:123456789012:function:srag-retrieve',
    GenerateFunction: 'srag-generate',
  },
};
const input = { requestId: 'r-1', question: 'why?', topK: 5 };
const retrieved = {
  hits: [{ id: 'c1', documentId: 'd1', score: 1, scores: { lexical: 3 } }],
  index: { kind: 'snapshot', version: '7' },
  mode: 'lexical',
  trace: { totalMs: 5 },
  use: { reads: 3, functions: [{ name: 'retrieve' }] },
};
/** The part of the retrieval result that the output contains. */
const found = { trace: retrieved.trace, use: retrieved.use };
const generated = {
  answer: 'Because [1].',
  citations: [{ marker: 1 }],
  chunks: [{ id: 'c1' }],
  usage: { inputTokens: 9, outputTokens: 3, estimated: true },
  trace: { totalMs: 50 },
  use: {},
};

const run = (functions: Parameters<typeof runVirtually>[2], given: Json = input) =>
  runVirtually(pipeline, given, functions, { load });

describe('the query state machine', () => {
  it('passes earlier turns to both steps, and the searched question to the second', async () => {
    const history = [{ question: 'What is it?', answer: 'A port.' }];
    const calls: { request: Record<string, Json> }[] = [];
    await run(
      () => async (name, payload) => {
        calls.push(payload as (typeof calls)[number]);
        const trace = { ...retrieved.trace, searchedQuestion: 'why? (port)' };
        return { statusCode: 200, payload: name === 'srag-retrieve' ? { ...retrieved, trace } : generated };
      },
      { ...input, history },
    );
    expect(calls.map(({ request }) => request.history)).toEqual([history, history]);
    expect(calls.map(({ request }) => request.searchedQuestion)).toEqual([undefined, 'why? (port)']);
  });

  it('retrieves, then generates an answer from the ids of the hits, and returns both results', async () => {
    const calls: unknown[] = [];
    const request = {
      ...input,
      mode: 'hybrid',
      collection: 'docs',
      filter: { field: 'a', op: 'eq', value: 1 },
    };
    const { result } = await run(
      () => async (name, payload) => {
        calls.push([name, payload]);
        return { statusCode: 200, payload: name === 'srag-retrieve' ? retrieved : generated };
      },
      request,
    );
    expect(calls).toEqual([
      ['srag-retrieve', { action: 'retrieve', timeoutSeconds: 6, request }],
      [
        'srag-generate',
        {
          action: 'generate',
          timeoutSeconds: 22,
          request: {
            requestId: 'r-1',
            question: 'why?',
            collection: 'docs',
            index: retrieved.index,
            hits: retrieved.hits,
          },
        },
      ],
    ]);
    expect(result.output).toEqual({ result: { retrieved: found, generated } });
  });

  it.each([[[]], [['x']], [['x', 'y']]])(
    'forwards hits, citations and chunks unchanged, whatever their number: %j',
    async (list) => {
      let hits: unknown;
      const { result } = await run(() =>
        invoking({
          'srag-retrieve': () => ({ ...retrieved, hits: list }),
          'srag-generate': (payload: { request: { hits: unknown; collection?: unknown } }) => {
            hits = payload.request.hits;
            expect(payload.request).not.toHaveProperty('collection');
            return { ...generated, citations: list, chunks: list };
          },
        }),
      );
      expect(hits).toEqual(list);
      expect(result.output).toMatchObject({
        result: { retrieved: found, generated: { citations: list, chunks: list } },
      });
    },
  );

  it('returns the problem response that a stage returns as its value, and skips the stages after it', async () => {
    const problem = {
      status: 404,
      code: 'NO_INDEX',
      detail: 'None.',
      errors: [{ path: 'index', message: 'x' }],
    };
    for (const stage of ['srag-retrieve', 'srag-generate']) {
      const calls: string[] = [];
      const answer = (name: string, value: object) => () => {
        calls.push(name);
        return name === stage ? { problem } : value;
      };
      const { result } = await run(() =>
        invoking({
          'srag-retrieve': answer('srag-retrieve', retrieved),
          'srag-generate': answer('srag-generate', generated),
        }),
      );
      expect(result).toMatchObject({ status: 'SUCCEEDED', output: { problem } });
      expect(calls.at(-1)).toBe(stage);
    }
  });

  it('returns the problem response that the function of a stage throws, without a retry', async () => {
    const problem = {
      status: 400,
      code: 'INVALID_FILTER',
      detail: 'Field "é" is {not} known.',
      path: 'filter.field',
    };
    for (const stage of ['srag-retrieve', 'srag-generate']) {
      let calls = 0;
      const { result, tookMs } = await run(() =>
        invoking({
          'srag-retrieve': () => retrieved,
          [stage]: () => {
            calls += 1;
            throw named('Srag.INVALID_FILTER', JSON.stringify(problem));
          },
        }),
      );
      expect(result.output).toEqual({ problem });
      expect([calls, tookMs]).toEqual([1, 0]);
    }
  });

  const answering =
    (stage: string, answer: Invoke): Invoke =>
    (name, payload, options) =>
      name === `srag-${stage}`
        ? answer(name, payload, options)
        : Promise.resolve({ statusCode: 200, payload: retrieved });

  it.each(['retrieve', 'generate'])('returns 429 after three throttled attempts of %s', async (stage) => {
    let calls = 0;
    const throttle = async () => {
      calls += 1;
      return { statusCode: 429, payload: { Message: 'Rate Exceeded.' } };
    };
    const { result, tookMs } = await run(() => answering(stage, throttle));
    expect(result.output).toEqual({
      problem: {
        type: 'about:blank',
        title: 'Too many requests',
        status: 429,
        code: 'TOO_MANY_REQUESTS',
        detail: `The function of the stage ${stage} has no capacity left for now.`,
        stage,
        retryAfter: 1,
      },
    });
    expect(calls).toBe(3);
    // Full jitter with the random number 0.5 halves the pauses of 1 s and 2 s.
    expect(tookMs).toBe(500 + 1_000);
  });

  it('returns an answer if an attempt after throttled ones succeeds', async () => {
    let calls = 0;
    const { result } = await run(() =>
      answering('generate', async () => {
        calls += 1;
        return calls < 3 ? { statusCode: 429, payload: {} } : { statusCode: 200, payload: generated };
      }),
    );
    expect(result.output).toMatchObject({ result: { generated } });
  });

  it.each([
    ['retrieve', 3, 6_000 * 3 + 500 + 1_000],
    ['generate', 1, 22_000],
  ] as const)(
    'returns 504 with the name of the stage if %s has not answered in %d attempts',
    async (stage, attempts, tookMs) => {
      let calls = 0;
      const run504 = await run(() =>
        answering(stage, () => {
          calls += 1;
          return new Promise(() => undefined);
        }),
      );
      expect(run504.result.output).toEqual({
        problem: {
          type: 'about:blank',
          title: 'Gateway timeout',
          status: 504,
          code: 'STAGE_TIMEOUT',
          detail: `The stage ${stage} did not answer in time.`,
          stage,
        },
      });
      expect([calls, run504.tookMs]).toEqual([attempts, tookMs]);
    },
  );

  it('retries a retrieval that times out, and returns the error of the last attempt', async () => {
    let calls = 0;
    const late = { status: 504, code: 'DEADLINE_EXCEEDED', detail: 'Late.' };
    const { result, tookMs } = await run(() =>
      invoking({
        'srag-retrieve': () => {
          calls += 1;
          throw named('Srag.DEADLINE_EXCEEDED', JSON.stringify(late));
        },
      }),
    );
    expect(result.output).toEqual({ problem: late });
    expect([calls, tookMs]).toEqual([3, 500 + 1_000]);
  });

  it.each([
    ['Sandbox.Timedout', 'RequestId: 1 Error: Task timed out after 29.00 seconds', 504],
    [undefined, '2026-11-24T00:00:00Z 1 Task timed out after 29.00 seconds', 504],
    [undefined, 'something else', 502],
    ['Runtime.ExitError', 'exited', 502],
    ['TypeError', 'x is not a function', 502],
  ])('maps the function error %s (%s) to the status %d', async (errorType, errorMessage, status) => {
    const payload = { ...(errorType === undefined ? {} : { errorType }), errorMessage };
    const { result } = await run(() =>
      answering('generate', async () => ({ statusCode: 200, functionError: 'Unhandled', payload })),
    );
    expect(result.output).toMatchObject({ problem: { status, stage: 'generate' } });
  });

  it.each<[string, Invoke]>([
    [
      'answers with more than 256 KiB',
      async () => ({ statusCode: 200, payload: { ...generated, answer: 'x'.repeat(262_144) } }),
    ],
    ['does not exist', async () => ({ statusCode: 404, payload: { Message: 'no' } })],
    ['cannot be reached', () => Promise.reject(new Error('reset'))],
  ])('returns 502 if generate %s', async (_, answer) => {
    const { result } = await run(() => answering('generate', answer));
    expect(result.output).toMatchObject({
      problem: { status: 502, code: 'UPSTREAM_FAILED', stage: 'generate' },
    });
    // Internal errors appear only in the log.
    expect(JSON.stringify(result.output)).not.toContain('reset');
  });

  it('returns a response within 28 s, whatever its functions do', async () => {
    const refusal = {
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      code: 'NO_INDEX',
      detail: 'None.',
    };
    const behaviour = fc.record({
      // What the function does when `share` of its timeout has passed.
      what: fc.constantFrom('answer', 'throttle', 'fault', 'tell', 'refuse', 'hang', 'break'),
      share: fc.constantFrom(0, 0.5, 0.999),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { minLength: 6, maxLength: 6 }),
        fc.constantFrom(0, 0.5, 0.999_999),
        async (behaviours, draw) => {
          let call = 0;
          const { result, tookMs } = await runVirtually(
            pipeline,
            input,
            (clock) =>
              async (name, _, { signal, timeoutMs }) => {
                const { what, share } = behaviours[call]!;
                call += 1;
                expect(timeoutMs).toBeGreaterThan(0);
                await clock.sleep(share * timeoutMs!, signal);
                if (what === 'hang') return new Promise(() => undefined);
                if (what === 'throttle') return { statusCode: 429, payload: {} };
                if (what === 'fault') throw new Error('reset');
                const threw = (errorType: string, errorMessage: string) => ({
                  statusCode: 200,
                  functionError: 'Unhandled',
                  payload: { errorType, errorMessage },
                });
                if (what === 'refuse') return threw('Srag.NO_INDEX', JSON.stringify(refusal));
                if (what === 'tell') return { statusCode: 200, payload: { problem: refusal } };
                if (what === 'break') return threw('Runtime.ExitError', 'gone');
                return { statusCode: 200, payload: name === 'srag-retrieve' ? retrieved : generated };
              },
            { load, random: () => draw },
          );
          expect(result.status).toBe('SUCCEEDED');
          const [[key, value]] = Object.entries(result.output as object) as [[string, unknown]];
          expect(['result', 'problem']).toContain(key);
          // The caller adds the request id to the problem response.
          if (key === 'problem') problemSchema.parse({ ...(value as object), requestId: 'r-1' });
          expect(tookMs).toBeLessThanOrEqual(27_000);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('has a timeout of 28 s, in case an attempt exceeds its own limit', () => {
    expect(pipeline).toMatchObject({ TimeoutSeconds: 28 });
    expect(loadStateMachine(pipeline, load).type).toBe('EXPRESS');
  });

  it('can return the largest answer that generate produces', async () => {
    const chunks = [{ id: 'c', text: 'x'.repeat(200_000 - 300) }];
    const { result } = await run(() =>
      invoking({ 'srag-retrieve': () => retrieved, 'srag-generate': () => ({ ...generated, chunks }) }),
    );
    expect(result.output).toMatchObject({ result: { generated: { chunks } } });
  });
});

describe('the ingest state machine', () => {
  const ingest = read('ingest.asl.json');
  const options = { load: { type: 'STANDARD', substitutions: { IngestFunction: 'srag-ingest' } } } as const;
  /** The result of the function for the action `publish`. */
  const INDEX = { kind: 'snapshot', version: 'v1', chunks: 7 };
  const order = { bucket: 'corpus', prefix: 'in/', collection: 'docs' };
  const listing = (count: number): ReadItems =>
    async function* (_, { Bucket, Prefix }) {
      for (let index = 0; index < count; index += 1) {
        yield { Key: `${String(Prefix)}${String(Bucket)}-${index}`, Size: 1, Etag: 'e' };
      }
    };

  it.each([
    [0, []],
    [1, [1]],
    [120, [50, 50, 20]],
  ])('ingests a listing of %d objects in batches of %j', async (count, sizes) => {
    const calls: { keys: string[]; bucket: string; collection: string }[] = [];
    const functions = () =>
      invoking({
        'srag-ingest': (payload: (typeof calls)[0] & { action?: string }) => {
          if (payload.action === 'publish') return INDEX;
          calls.push(payload);
          return { failures: payload.keys.length > 40 ? [{ path: 'a' }] : [] };
        },
      });
    const { result } = await runVirtually(ingest, order, functions, {
      ...options,
      readItems: listing(count),
    });
    expect(calls.map(({ keys }) => keys.length)).toEqual(sizes);
    expect(calls.every(({ bucket, collection }) => bucket === 'corpus' && collection === 'docs')).toBe(true);
    expect(calls.flatMap(({ keys }) => keys)).toEqual(
      Array.from({ length: count }, (_, at) => `in/corpus-${at}`),
    );
    expect(result.output).toEqual({
      batches: sizes.length,
      failedDocuments: count === 120 ? 2 : 0,
      index: INDEX,
    });
  });

  it('retries a throttled or timed-out batch', async () => {
    let calls = 0;
    const { result } = await runVirtually(
      ingest,
      order,
      () => async (_, payload) => {
        if ((payload as { action?: string }).action === 'publish') return { statusCode: 200, payload: INDEX };
        calls += 1;
        return calls < 3 ? { statusCode: 429, payload: {} } : { statusCode: 200, payload: { failures: [] } };
      },
      { ...options, readItems: listing(3) },
    );
    expect(result.output).toEqual({ batches: 1, failedDocuments: 0, index: INDEX });
  });

  it('continues if batches fail, unless they contain more than 5 % of the objects', async () => {
    const failingOnce = (bad: string) => () =>
      invoking({
        'srag-ingest': ({ keys, action }: { keys: string[]; action?: string }) => {
          if (action === 'publish') return INDEX;
          if (keys.includes(bad)) throw named('Srag.DAMAGED_STORE', '{}');
          return { failures: [] };
        },
      });
    const of = async (count: number) =>
      (
        await runVirtually(ingest, order, failingOnce('in/corpus-0'), {
          ...options,
          readItems: listing(count),
        })
      ).result;
    expect((await of(1_000)).output).toEqual({ batches: 19, failedDocuments: 0, index: INDEX });
    expect(await of(500)).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
    });
  });
});
