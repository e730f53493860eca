import { describe, expect, it } from 'vitest';
import { type Json, loadStateMachine, type ReadItems } from '../../../../src/laptop/index.ts';
import { invoking, machineOf, named, runVirtually, task } from '../../../support/state-machines.ts';

const LIST = 'arn:aws:states:::s3:listObjectsV2';
const STANDARD = { type: 'STANDARD' } as const;
const keys = (count: number): Json[] =>
  Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Size: 1 }));

/** Returns a state machine with a Distributed Map over the items of an ItemReader. */
const mapOf = (state: object, more: object = {}) =>
  machineOf({
    A: {
      Type: 'Map',
      ItemReader: { Resource: LIST, Arguments: {} },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'X',
        States: { X: { ...state, End: true } },
      },
      End: true,
      ...more,
    },
  });
const pass = { Type: 'Pass' };
/** Runs a state machine. By default, its item reader returns the input of the machine. */
const run = (
  machine: object,
  input: Json,
  functions = {},
  readItems: ReadItems = () => input as readonly Json[],
) => runVirtually(machine, input, () => invoking(functions), { load: STANDARD, readItems });

describe('a Distributed Map', () => {
  it('passes its arguments to the item reader and runs one child for each item', async () => {
    const asked: unknown[] = [];
    const readItems: ReadItems = async function* (resource, parameters) {
      asked.push([resource, parameters]);
      yield* keys(3);
    };
    const machine = mapOf(pass, {
      ItemReader: { Resource: LIST, Arguments: { Bucket: 'b', Prefix: '{% $states.input.prefix %}' } },
      ItemSelector: '{% $states.context.Map.Item.Value.Key %}',
    });
    const { result } = await run(machine, { prefix: 'p/' }, {}, readItems);
    expect(result.output).toEqual(['k0', 'k1', 'k2']);
    expect(asked).toEqual([[LIST, { Bucket: 'b', Prefix: 'p/' }]]);
  });

  it('succeeds with an empty result if there are no items', async () => {
    expect((await run(mapOf(pass), [])).result.output).toEqual([]);
  });

  it('refuses to run without a reader', async () => {
    const machine = loadStateMachine(mapOf(pass), STANDARD);
    await expect(machine.run({}, { invoke: invoking({}) })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('builds the input of a child with ItemSelector, which has access to the item', async () => {
    const ItemSelector = {
      i: '{% $states.context.Map.Item.Index %}',
      v: '{% $states.context.Map.Item.Value %}',
      all: '{% $count($states.input) %}',
    };
    expect((await run(mapOf(pass, { ItemSelector }), ['a', 'b'])).result.output).toEqual([
      { i: 0, v: 'a', all: 2 },
      { i: 1, v: 'b', all: 2 },
    ]);
  });

  it('fails for an item that is too large', async () => {
    const machine = mapOf(pass, { ItemSelector: '{% $pad("", 262144) %}' });
    expect((await run(machine, [1])).result.error).toBe('States.DataLimitExceeded');
  });

  it.each([
    [1, 6, 60_000],
    [2, 6, 30_000],
    ['{% 3 %}', 6, 20_000],
    [0, 6, 10_000],
    [0, 41, 20_000],
    [1_000, 41, 20_000],
  ])(
    'with MaxConcurrency %j runs %d children, which take 10 s each, in %d ms',
    async (MaxConcurrency, count, tookMs) => {
      const slow = await runVirtually(
        mapOf(task('f'), { MaxConcurrency, Output: 'done' }),
        {},
        (clock) =>
          async (_, __, { signal }) => {
            await clock.sleep(10_000, signal);
            return { statusCode: 200, payload: {} };
          },
        { load: STANDARD, readItems: () => keys(count) },
      );
      expect(slow.result.output).toBe('done');
      expect(slow.tookMs).toBe(tookMs);
    },
  );

  it('ends the running children and starts no further ones when it fails', async () => {
    const started: Json[] = [];
    const ended: Json[] = [];
    const Retry = [{ ErrorEquals: ['States.ALL'] }];
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Y' }];
    const machine = mapOf(pass, {
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'X',
        States: {
          X: { ...task('f', '{% $states.input %}'), Retry, Catch, End: true },
          Y: { Type: 'Pass', Output: '{% $none %}', End: true },
        },
      },
    });
    const { result, tookMs } = await runVirtually(
      machine,
      {},
      (clock) =>
        async (_, item, { signal }) => {
          started.push(item);
          await clock.sleep(item === 1 ? 100_000 : 1_000, signal).catch(() => ended.push(item));
          return { statusCode: 200, functionError: 'Unhandled', payload: { errorType: 'Two' } };
        },
      { load: STANDARD, readItems: () => [1, 2, 3] },
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    // The second child calls the function four times, with pauses of 1, 2 and 4 seconds.
    expect([started, ended, tookMs]).toEqual([[1, 2, 2, 2, 2], [1], 11_000]);
  });

  it('creates batches with a limited number of items and a shared batch input', async () => {
    const batched = (ItemBatcher: object) => mapOf(pass, { ItemBatcher });
    const shared = { MaxItemsPerBatch: 2, BatchInput: { n: '{% $count($states.input) %}' } };
    expect((await run(batched(shared), [1, 2, 3])).result.output).toEqual([
      { BatchInput: { n: 3 }, Items: [1, 2] },
      { BatchInput: { n: 3 }, Items: [3] },
    ]);
    const evaluated = await run(batched({ MaxItemsPerBatch: '{% 1 + 1 %}' }), [1, 2]);
    expect(evaluated.result.output).toEqual([{ Items: [1, 2] }]);
  });

  it('runs children with separate variables, histories and executions', async () => {
    const machine = machineOf({
      V: { Type: 'Pass', Assign: { outer: 1 }, Next: 'A' },
      ...(
        mapOf({ Type: 'Pass', Output: '{% [$exists($outer), $states.context.Execution.Input] %}' }) as {
          States: object;
        }
      ).States,
    });
    const { result } = await run({ ...machine, StartAt: 'V' }, [7]);
    expect(result.output).toEqual([[false, 7]]);
    expect(result.history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('allows children to reuse the name of an outer variable', async () => {
    const machine = machineOf({
      V: { Type: 'Pass', Assign: { v: 1 }, Next: 'A' },
      ...(mapOf({ Type: 'Pass', Assign: { v: 2 }, Output: 'ok' }) as { States: object }).States,
    });
    expect((await run({ ...machine, StartAt: 'V' }, [7])).result.output).toEqual(['ok']);
  });

  const failing = (bad: number) => ({
    f: (n: number) => {
      if (n < bad) throw named('Bad', `item ${n}`);
      return n;
    },
  });
  const each = (more: object) =>
    mapOf(
      { ...task('f', '{% $states.input %}'), Output: '{% $states.result.Payload %}' },
      { MaxConcurrency: 1, ...more },
    );
  const ten = Array.from({ length: 10 }, (_, index) => index);

  it.each<[string, object, number, boolean]>([
    ['nothing', {}, 1, false],
    ['20 %', { ToleratedFailurePercentage: 20 }, 2, true],
    ['20 %', { ToleratedFailurePercentage: 20 }, 3, false],
    ['100 %', { ToleratedFailurePercentage: '{% 100 %}' }, 10, true],
  ])('that tolerates %s (%j) succeeds if %d of 10 items fail: %s', async (_, more, bad, succeeds) => {
    const { result } = await run(each(more), ten, failing(bad));
    if (succeeds) expect(result.output).toEqual(ten.slice(bad));
    else {
      expect(result).toMatchObject({
        status: 'FAILED',
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      });
    }
    expect(result.history.filter(({ type }) => type === 'MapItemFailed')[0]).toMatchObject({
      error: 'Bad',
      cause: '{"errorType":"Bad","errorMessage":"item 0"}',
    });
  });

  it('counts every item of a failed batch as failed', async () => {
    const machine = mapOf(
      { ...task('f', '{% $states.input.Items[0] %}'), Output: 'ok' },
      {
        ItemBatcher: { MaxItemsPerBatch: 5 },
        ToleratedFailurePercentage: 40,
      },
    );
    expect((await run(machine, ten, failing(1))).result.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it.each<[string, ReadItems]>([
    [
      'throws',
      () => {
        throw new Error('denied');
      },
    ],
    [
      'fails asynchronously',
      // biome-ignore lint/correctness/useYield: it fails before the first item.
      async function* () {
        throw new Error('denied');
      },
    ],
  ])('fails with States.ItemReaderFailed when the reader %s', async (_, readItems) => {
    const machine = mapOf(pass, { ItemReader: { Resource: LIST, Arguments: {} } });
    expect((await run(machine, {}, {}, readItems)).result).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: 'denied',
    });
  });

  it('fails with States.ItemReaderFailed for Arguments that are not an object', async () => {
    const machine = mapOf(pass, { ItemReader: { Resource: LIST, Arguments: '{% 1 %}' } });
    expect((await run(machine, {}, {}, () => [])).result.error).toBe('States.ItemReaderFailed');
  });

  it('can be retried as a whole', async () => {
    const Retry = [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], MaxAttempts: 1 }];
    let calls = 0;
    const functions = {
      f: () => {
        calls += 1;
        if (calls === 1) throw named('Bad', 'first');
        return calls;
      },
    };
    expect((await run(each({ Retry }), [1, 2], functions)).result.output).toEqual([2, 3]);
  });
});
