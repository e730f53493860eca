import { describe, expect, it } from 'vitest';
import { type Json, loadStateMachine } from '../../../../src/laptop/index.ts';
import {
  expression,
  failureOf,
  invoking,
  machineOf,
  outputOf,
  runVirtually,
  single,
  task,
} from '../../../support/state-machines.ts';

/** A string whose JSON has this many bytes. */
const textOf = (bytes: number): string => 'x'.repeat(bytes - 2);
const LIMIT = 262_144;
const invoke = invoking({});

describe('the size of payloads', () => {
  it('counts bytes of UTF-8, and allows 256 KiB exactly', async () => {
    const machine = loadStateMachine(single({ Type: 'Pass' }));
    const run = (input: Json) => machine.run(input, { invoke });
    expect((await run(textOf(LIMIT))).status).toBe('SUCCEEDED');
    await expect(run(textOf(LIMIT + 1))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(run('é'.repeat(LIMIT / 2))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('262146 bytes'),
    });
  });

  it.each<[string, object]>([
    ['output of a state', expression(`$pad("", ${LIMIT - 1})`)],
    ['Arguments of a task', single(task('f', `{% $pad("", ${LIMIT}) %}`))],
    ['result of a task', single(task('big'))],
    [
      'input of branches',
      single({
        Type: 'Parallel',
        Arguments: `{% $pad("", ${LIMIT}) %}`,
        Branches: [{ StartAt: 'B', States: { B: { Type: 'Succeed' } } }],
      }),
    ],
    [
      'result of a Parallel',
      single({
        Type: 'Parallel',
        Branches: ['B', 'C'].map((name) => ({
          StartAt: name,
          States: { [name]: { Type: 'Pass', Output: `{% $pad("", ${LIMIT / 2}) %}`, End: true } },
        })),
        Output: 'small',
      }),
    ],
    [
      'item of a Map',
      single({
        Type: 'Map',
        Items: [1],
        ItemSelector: `{% $pad("", ${LIMIT}) %}`,
        ItemProcessor: { StartAt: 'B', States: { B: { Type: 'Pass', Output: 1, End: true } } },
      }),
    ],
    ['variables of one Assign', single({ Type: 'Pass', Assign: { x: `{% $pad("", ${LIMIT}) %}` } })],
  ])('ends an execution whose %s is too large', async (_, machine) => {
    const functions = { f: () => 1, big: () => textOf(LIMIT) };
    expect((await failureOf(machine, {}, functions)).error).toBe('States.DataLimitExceeded');
  });

  it('reports a large result with the message of Step Functions', async () => {
    const { cause } = await failureOf(single(task('big')), {}, { big: () => textOf(LIMIT) });
    expect(cause).toContain(
      "The state/task 'arn:aws:states:::lambda:invoke' returned a result with a size exceeding the maximum number of bytes service limit",
    );
  });

  it('limits variables to 10 MiB, and releases those of completed items', async () => {
    // Created by an expression, since a definition has at most 1 MiB.
    const large = `{% $pad('', ${LIMIT - 2}) %}`;
    const fill = (count: number): object =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => {
          const next = index === count - 1 ? { End: true } : { Next: `S${index + 1}` };
          return [
            index === 0 ? 'A' : `S${index}`,
            { Type: 'Pass', Assign: { [`v${index}`]: large }, Output: 1, ...next },
          ];
        }),
      );
    expect(await outputOf(machineOf(fill(40)))).toBe(1);
    expect((await failureOf(machineOf(fill(41)))).error).toBe('States.DataLimitExceeded');
    const processor = { StartAt: 'A', States: fill(3) };
    const items = Array.from({ length: 30 }, (_, index) => index);
    const map = (MaxConcurrency: number) => ({
      Type: 'Map',
      MaxConcurrency,
      ItemProcessor: processor,
      End: true,
    });
    const output = await outputOf({ QueryLanguage: 'JSONata', StartAt: 'M', States: { M: map(10) } }, items);
    expect(output).toHaveLength(30);
  });
});

describe('the result of an execution', () => {
  it('has the fields of StartSyncExecution', async () => {
    const machine = machineOf({ A: { Type: 'Wait', Seconds: 2, End: true } });
    const { result } = await runVirtually(machine, { a: 1 }, () => invoke, { name: 'n-1' });
    expect(result).toEqual({
      executionArn: expect.stringMatching(
        /^arn:aws:states:us-east-1:000000000000:express:local:n-1:[0-9a-f-]{36}$/,
      ),
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:local',
      name: 'n-1',
      status: 'SUCCEEDED',
      output: { a: 1 },
      startDate: new Date('2026-11-24T00:00:00Z'),
      stopDate: new Date('2026-11-24T00:00:02Z'),
      billingDetails: { billedDurationInMilliseconds: 2_000, billedMemoryUsedInMB: 64 },
      history: expect.any(Array),
    });
  });

  it('is billed in steps of 100 ms, with at least one', async () => {
    const machine = single(task('f'));
    const run = (ms: number) =>
      runVirtually(machine, {}, (clock) => async (_, __, { signal }) => {
        await clock.sleep(ms, signal);
        return { statusCode: 200, payload: {} };
      });
    for (const [ms, billed] of [
      [0, 100],
      [100, 100],
      [101, 200],
    ] as const) {
      expect((await run(ms)).result.billingDetails.billedDurationInMilliseconds).toBe(billed);
    }
  });

  it('contains the events with the names and numbers of Step Functions', async () => {
    const machine = machineOf({
      A: { ...task('f', {}, { Retry: [{ ErrorEquals: ['X'] }] }), Next: 'B' },
      B: { Type: 'Succeed' },
    });
    let calls = 0;
    const { result } = await runVirtually(machine, {}, () =>
      invoking({
        f: () => {
          calls += 1;
          if (calls === 1) throw Object.assign(new Error('no'), { name: 'X' });
        },
      }),
    );
    const cause = '{"errorType":"X","errorMessage":"no"}';
    expect(result.history.map(({ id, type, state, error }) => [id, type, state, error])).toEqual([
      [1, 'ExecutionStarted', undefined, undefined],
      [2, 'TaskStateEntered', 'A', undefined],
      [3, 'TaskScheduled', 'A', undefined],
      [4, 'TaskStarted', 'A', undefined],
      [5, 'TaskFailed', 'A', 'X'],
      [5, 'RetryScheduled', 'A', 'X'],
      [6, 'TaskScheduled', 'A', undefined],
      [7, 'TaskStarted', 'A', undefined],
      [8, 'TaskSucceeded', 'A', undefined],
      [9, 'TaskStateExited', 'A', undefined],
      [10, 'SucceedStateEntered', 'B', undefined],
      [11, 'SucceedStateExited', 'B', undefined],
      [11, 'ExecutionSucceeded', undefined, undefined],
    ]);
    expect(result.history.find(({ type }) => type === 'TaskFailed')?.cause).toBe(cause);
  });

  it('contains the first 1,000 events', async () => {
    const machine = single({
      Type: 'Map',
      ItemProcessor: { StartAt: 'X', States: { X: { Type: 'Pass', End: true } } },
      Output: '{% $count($states.result) %}',
    });
    const items = Array.from({ length: 2_000 }, (_, index) => index);
    const { result } = await runVirtually(machine, items);
    expect(result.output).toBe(2_000);
    expect(result.history).toHaveLength(1_000);
  });

  it('is a failure after 25,000 events of a STANDARD execution', async () => {
    const loop = machineOf({
      A: { Type: 'Choice', Choices: [{ Condition: false, Next: 'B' }], Default: 'A' },
      B: { Type: 'Succeed' },
    });
    const result = await loadStateMachine(loop, { type: 'STANDARD' }).run({}, { invoke });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(result.cause).toContain('maximum number of history events (25000)');
  });
});

describe('a run', () => {
  const machine = loadStateMachine(single({ Type: 'Pass' }));

  it.each(['', 'a b', 'x'.repeat(81), 'a/b', 'a\n'])('refuses %j as a name', async (name) => {
    await expect(machine.run({}, { invoke, name })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('refuses a missing input', async () => {
    await expect(machine.run(undefined as never, { invoke })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('is cancelled immediately if its signal is aborted already', async () => {
    const run = machine.run({}, { invoke, signal: AbortSignal.abort('gone') });
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED', cause: 'gone' });
  });

  it('is cancelled while it waits for an unresponsive function', async () => {
    const stop = new AbortController();
    const run = loadStateMachine(single(task('f', {}, { Retry: [{ ErrorEquals: ['States.ALL'] }] }))).run(
      {},
      { invoke: () => new Promise(() => undefined), signal: stop.signal },
    );
    setTimeout(() => stop.abort(), 20);
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('throws on an internal error instead of reporting a failure of the machine', async () => {
    const broken = {
      now: () => Date.now(),
      giveWay: async () => undefined,
      sleep: () => Promise.reject(new TypeError('broken clock')),
    };
    const wait = loadStateMachine(single({ Type: 'Wait', Seconds: 1 }));
    await expect(wait.run({}, { invoke, clock: broken })).rejects.toThrow('broken clock');
  });
});
