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

/** Returns a string whose JSON form is this many bytes long. */
const textOf = (bytes: number): string => 'x'.repeat(bytes - 2);
const LIMIT = 262_144;
const invoke = invoking({});

describe('limits of payloads', () => {
  it('allow at most 256 KiB, counted in bytes of UTF-8', async () => {
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
    ['variables of one Assign', single({ Type: 'Pass', Assign: { x: `{% $pad("", ${LIMIT}) %}` } })],
  ])('end an execution if the %s exceeds them', async (_, machine) => {
    const functions = { f: () => 1, big: () => textOf(LIMIT) };
    expect((await failureOf(machine, {}, functions)).error).toBe('States.DataLimitExceeded');
  });

  it('cause the same error message as in Step Functions if the result of a task exceeds them', async () => {
    const { cause } = await failureOf(single(task('big')), {}, { big: () => textOf(LIMIT) });
    expect(cause).toContain(
      "The state/task 'arn:aws:states:::lambda:invoke' returned a result with a size exceeding the maximum number of bytes service limit",
    );
  });

  it('are 10 MiB for all variables together', async () => {
    // An expression creates the text, because a definition may have at most 1 MiB.
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
  });
});

describe('the result of an execution', () => {
  it('contains the events, with the names and ids that Step Functions uses', async () => {
    const machine = machineOf({
      A: { ...task('f', {}, { Retry: [{ ErrorEquals: ['X'] }] }), Next: 'B' },
      B: { Type: 'Pass', End: true },
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
      [10, 'PassStateEntered', 'B', undefined],
      [11, 'PassStateExited', 'B', undefined],
      [11, 'ExecutionSucceeded', undefined, undefined],
    ]);
    expect(result.history.find(({ type }) => type === 'TaskFailed')?.cause).toBe(cause);
  });

  it('contains at most the first 1,000 events', async () => {
    const machine = machineOf({
      A: { Type: 'Pass', Output: '{% $states.input + 1 %}', Next: 'B' },
      B: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input < 300 %}', Next: 'A' }],
        Default: 'C',
      },
      C: { Type: 'Pass', End: true },
    });
    const { result } = await runVirtually(machine, 0);
    expect(result.output).toBe(300);
    expect(result.history).toHaveLength(1_000);
  });

  it('is a failure if a STANDARD execution exceeds 25,000 events', async () => {
    const loop = machineOf({
      A: { Type: 'Choice', Choices: [{ Condition: false, Next: 'B' }], Default: 'A' },
      B: { Type: 'Pass', End: true },
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

  it('throws internal errors instead of reporting them as failures of the machine', async () => {
    const broken = {
      now: () => Date.now(),
      giveWay: async () => undefined,
      sleep: () => Promise.reject(new TypeError('broken clock')),
    };
    const retrying = loadStateMachine(single(task('f', {}, { Retry: [{ ErrorEquals: ['States.ALL'] }] })));
    await expect(retrying.run({}, { invoke, clock: broken })).rejects.toThrow('broken clock');
  });
});
