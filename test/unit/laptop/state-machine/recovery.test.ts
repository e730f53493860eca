import { describe, expect, it } from 'vitest';
import { SragError } from '../../../../src/core/index.ts';
import type { Invoke } from '../../../../src/laptop/index.ts';
import {
  invoking,
  machineOf,
  named,
  outputOf,
  runVirtually,
  single,
  task,
} from '../../../support/state-machines.ts';
import type { VirtualClock } from '../../../support/virtual-clock.ts';

/** A function that fails `failures` times with an error of this name, then returns the number of calls. */
const flaky = (failures: number, name = 'Flaky') => {
  let calls = 0;
  return invoking({
    f: () => {
      calls += 1;
      if (calls <= failures) throw named(name, `call ${calls}`);
      return calls;
    },
  });
};
const retrying = (...Retry: object[]) =>
  single(task('f', {}, { Retry, Output: '{% $states.result.Payload %}' }));
const waits = (history: readonly { readonly type: string; readonly waitMs?: number }[]) =>
  history.filter(({ type }) => type === 'RetryScheduled').map(({ waitMs }) => waitMs);

describe('Retry', () => {
  it('by default retries 3 times, with a pause of 1 s that doubles each time', async () => {
    const run = await runVirtually(retrying({ ErrorEquals: ['Flaky'] }), {}, () => flaky(3));
    expect(run.result.output).toBe(4);
    expect(waits(run.result.history)).toEqual([1_000, 2_000, 4_000]);
    expect(run.tookMs).toBe(7_000);
  });

  it('fails with the last error when no attempts are left', async () => {
    const { result } = await runVirtually(retrying({ ErrorEquals: ['Flaky'] }), {}, () => flaky(4));
    expect(result).toMatchObject({ status: 'FAILED', error: 'Flaky' });
    expect(JSON.parse(result.cause ?? '')).toEqual({ errorType: 'Flaky', errorMessage: 'call 4' });
  });

  it('uses the interval, rate, maximum pause and number of attempts of the retrier', async () => {
    const retrier = {
      ErrorEquals: ['Flaky'],
      IntervalSeconds: 2,
      BackoffRate: 3,
      MaxDelaySeconds: 10,
      MaxAttempts: 4,
    };
    const { result } = await runVirtually(retrying(retrier), {}, () => flaky(4));
    expect(waits(result.history)).toEqual([2_000, 6_000, 10_000, 10_000]);
  });

  it('with full jitter draws each pause between zero and its full length', async () => {
    const retrier = { ErrorEquals: ['Flaky'], JitterStrategy: 'FULL' };
    const draws = [0, 0.25, 0.999];
    const { result } = await runVirtually(retrying(retrier), {}, () => flaky(3), {
      random: () => draws.shift() ?? 0,
    });
    expect(waits(result.history)).toEqual([0, 500, 3_996]);
  });

  it('counts the attempts of every retrier separately', async () => {
    const names = ['Left', 'Right', 'Left', 'Right'];
    const functions = invoking({
      f: () => {
        const name = names.shift();
        if (name !== undefined) throw named(name, name);
        return 'done';
      },
    });
    const machine = retrying(
      { ErrorEquals: ['Left'], MaxAttempts: 2 },
      { ErrorEquals: ['Right'], MaxAttempts: 2 },
    );
    const { result } = await runVirtually(machine, {}, () => functions);
    expect(result.output).toBe('done');
    expect(waits(result.history)).toEqual([1_000, 1_000, 2_000, 2_000]);
  });

  it('does not retry with MaxAttempts 0 or after other errors', async () => {
    for (const retrier of [{ ErrorEquals: ['Flaky'], MaxAttempts: 0 }, { ErrorEquals: ['Other'] }]) {
      const { result } = await runVirtually(retrying(retrier), {}, () => flaky(1));
      expect(result).toMatchObject({ status: 'FAILED', error: 'Flaky' });
    }
  });

  it('evaluates Arguments for every attempt, with the current RetryCount', async () => {
    const seen: unknown[] = [];
    const machine = single(
      task(
        'f',
        { count: '{% $states.context.State.RetryCount %}' },
        { Retry: [{ ErrorEquals: ['States.ALL'] }] },
      ),
    );
    await runVirtually(machine, {}, () =>
      invoking({
        f: (payload: { count: number }) => {
          seen.push(payload.count);
          throw new Error('no');
        },
      }),
    );
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});

describe('Catch', () => {
  const catching = (state: object, ...Catch: object[]) =>
    machineOf({ A: { ...state, Catch, End: true }, H: { Type: 'Pass', End: true } });

  it('passes the error and its cause to the next state', async () => {
    const machine = catching(task('f'), { ErrorEquals: ['Boom'], Next: 'H' });
    const output = await outputOf(
      machine,
      {},
      {
        f: () => {
          throw named('Boom', 'bad');
        },
      },
    );
    expect(output).toEqual({ Error: 'Boom', Cause: '{"errorType":"Boom","errorMessage":"bad"}' });
  });

  it('has its own Output and Assign, which have access to the input and the error', async () => {
    const machine = machineOf({
      A: {
        ...task('f', {}, { Assign: { n: 1 }, Output: 'never' }),
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { error: '{% $states.errorOutput.Error %}' },
            Output: { was: '{% $states.input.k %}' },
            Next: 'H',
          },
        ],
        End: true,
      },
      H: { Type: 'Pass', Output: '{% [$states.input.was, $error, $exists($n)] %}', End: true },
    });
    expect(await outputOf(machine, { k: 5 })).toEqual([5, 'Lambda.ResourceNotFoundException', false]);
  });

  it('uses the first catcher that matches the error, once the retries are used up', async () => {
    const machine = catching(
      task('f', {}, { Retry: [{ ErrorEquals: ['Flaky'], MaxAttempts: 1 }] }),
      { ErrorEquals: ['Other'], Output: 'other', Next: 'H' },
      { ErrorEquals: ['Flaky', 'Third'], Output: 'named', Next: 'H' },
      { ErrorEquals: ['States.ALL'], Output: 'all', Next: 'H' },
    );
    const { result, tookMs } = await runVirtually(machine, {}, () => flaky(2));
    expect(result.output).toBe('named');
    expect(tookMs).toBe(1_000);
  });

  it('handles failures of Arguments, Output, Assign and TimeoutSeconds', async () => {
    const Catch = [{ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught', Next: 'H' }] as const;
    const ok = { f: () => 1 };
    const bad = '{% $states.input.none %}';
    for (const state of [
      task('f', bad as never),
      task('f', {}, { Output: bad }),
      task('f', {}, { Assign: { x: bad } }),
      task('f', {}, { TimeoutSeconds: '{% 0 %}' }),
    ]) {
      expect(await outputOf(catching(state, ...Catch), {}, ok)).toBe('caught');
    }
  });

  it('does not handle failures of the catcher itself', async () => {
    const machine = catching(task('f'), { ErrorEquals: ['States.ALL'], Output: '{% $none %}', Next: 'H' });
    const { result } = await runVirtually(machine, {});
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(result.cause).toContain("'Catch[0]/Output'");
  });
});

describe('error names', () => {
  const caughtBy = async (name: string, error: string) => {
    const machine = machineOf({
      A: { ...task('f'), Catch: [{ ErrorEquals: [name], Next: 'H' }], End: true },
      H: { Type: 'Pass', Output: 'caught', End: true },
    });
    const failing = {
      f: () => {
        throw named(error, 'c');
      },
    };
    return (await runVirtually(machine, {}, () => invoking(failing))).result.status === 'SUCCEEDED';
  };

  it.each([
    ['States.ALL', 'Any', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.QueryEvaluationError', true],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.ALL', 'States.Runtime', false],
    ['States.TaskFailed', 'Any', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.TaskFailed', 'States.DataLimitExceeded', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.Runtime', 'States.Runtime', false],
    ['any', 'Any', false],
  ])('%s matches %s: %s', async (name, error, isCaught) => {
    expect(await caughtBy(name, error)).toBe(isCaught);
  });

  const failing = async (invoke: Invoke) => {
    const { result } = await runVirtually(single(task('f')), {}, () => invoke);
    return [result.error, result.cause];
  };

  it.each([
    [429, 'Lambda.TooManyRequestsException'],
    [404, 'Lambda.ResourceNotFoundException'],
    [403, 'Lambda.AccessDeniedException'],
    [413, 'Lambda.RequestTooLargeException'],
    [500, 'Lambda.ServiceException'],
    [503, 'Lambda.ServiceException'],
  ])('map a response with status %d to %s', async (statusCode, error) => {
    expect(await failing(async () => ({ statusCode, payload: { Message: 'no' } }))).toEqual([
      error,
      `no (Status Code: ${statusCode})`,
    ]);
  });

  it('are the type of the error that a function threw, or Lambda.Unknown if it has none', async () => {
    const threw = (payload: unknown) => async () => ({
      statusCode: 200,
      functionError: 'Unhandled',
      payload,
    });
    expect(await failing(threw({ errorType: 'Srag.NO_INDEX', errorMessage: '{}' }))).toEqual([
      'Srag.NO_INDEX',
      '{"errorType":"Srag.NO_INDEX","errorMessage":"{}"}',
    ]);
    expect((await failing(threw({ errorMessage: 'x' })))[0]).toBe('Lambda.Unknown');
    expect((await failing(threw(null)))[0]).toBe('Lambda.Unknown');
    expect((await failing(threw({ errorType: 'X', errorMessage: 'y'.repeat(40_000) })))[1]).toHaveLength(
      32_768,
    );
  });

  it('are Lambda.SdkClientException for a rejected invocation, unless it was throttled', async () => {
    const rejecting = (error: Error) => async () => Promise.reject(error);
    expect(await failing(rejecting(new Error('reset')))).toEqual(['Lambda.SdkClientException', 'reset']);
    expect(await failing(rejecting(new SragError('THROTTLED', 'full')))).toEqual([
      'Lambda.TooManyRequestsException',
      'full',
    ]);
  });
});

describe('timeouts', () => {
  const never: Invoke = () => new Promise(() => undefined);

  it('fail each attempt of a task after TimeoutSeconds', async () => {
    const machine = single(
      task('f', {}, { TimeoutSeconds: 3, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] }),
    );
    const { result, tookMs } = await runVirtually(machine, {}, () => never);
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(result.cause).toBeUndefined();
    expect(tookMs).toBe(3_000 + 1_000 + 3_000);
  });

  it('abort the invocation of the function', async () => {
    let aborted = 0;
    await runVirtually(single(task('f', {}, { TimeoutSeconds: 2 })), {}, () => (_, __, { signal }) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
      });
      return new Promise(() => undefined);
    });
    expect(aborted).toBe(1);
  });

  it('end the execution after the TimeoutSeconds of the machine; no Catch handles this timeout', async () => {
    const machine = machineOf(
      {
        A: {
          ...task('f'),
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'H' }],
          End: true,
        },
        H: { Type: 'Pass', End: true },
      },
      { TimeoutSeconds: 9 },
    );
    const { result, tookMs } = await runVirtually(machine, {}, () => never);
    expect(result.status).toBe('TIMED_OUT');
    expect(result).not.toHaveProperty('error');
    expect(result).not.toHaveProperty('output');
    expect(tookMs).toBe(9_000);
  });

  it('end an EXPRESS execution after five minutes, but not a STANDARD one', async () => {
    const slow =
      (clock: VirtualClock): Invoke =>
      async (_, __, { signal }) => {
        await clock.sleep(1_000_000, signal);
        return { statusCode: 200, payload: {} };
      };
    const express = await runVirtually(single(task('f')), {}, slow);
    expect([express.result.status, express.tookMs]).toEqual(['TIMED_OUT', 300_000]);
    const standard = await runVirtually(single(task('f')), {}, slow, { load: { type: 'STANDARD' } });
    expect([standard.result.status, standard.tookMs]).toEqual(['SUCCEEDED', 1_000_000]);
  });
});
