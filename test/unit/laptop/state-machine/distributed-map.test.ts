import { describe, expect, it } from 'vitest';
import { type Json, loadStateMachine, type ReadItems } from '../../../../src/laptop/index.ts';
import { invoking, machineOf, named, runVirtually, task } from '../../../support/state-machines.ts';

const LIST = 'arn:aws:states:::s3:listObjectsV2';
const STANDARD = { type: 'STANDARD' } as const;
const keys = (count: number): Json[] =>
  Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Size: 1 }));

/** A Distributed Map over `Items`, or over the listing of an ItemReader. */
const mapOf = (state: object, more: object = {}, type = 'STANDARD') =>
  machineOf({
    A: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
        StartAt: 'X',
        States: { X: { ...state, End: true } },
      },
      End: true,
      ...more,
    },
  });
const pass = { Type: 'Pass' };
const run = (machine: object, input: Json, functions = {}, readItems?: ReadItems) =>
  runVirtually(machine, input, () => invoking(functions), {
    load: STANDARD,
    ...(readItems === undefined ? {} : { readItems }),
  });

describe('a Distributed Map', () => {
  it("runs over the reader's listing and passes it the arguments", async () => {
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

  it('runs over Items or its input without a reader', async () => {
    expect((await run(mapOf(pass), [1, 2])).result.output).toEqual([1, 2]);
    expect((await run(mapOf(pass, { Items: '{% $states.input.l %}' }), { l: [3] })).result.output).toEqual([
      3,
    ]);
    expect((await run(mapOf(pass), [])).result.output).toEqual([]);
  });

  it('refuses to run without a required reader, even if it is needed in a branch', async () => {
    const branch = {
      StartAt: 'A',
      States: (mapOf(pass, { ItemReader: { Resource: LIST, Arguments: {} } }) as { States: object }).States,
    };
    const machine = loadStateMachine(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'P',
        States: { P: { Type: 'Parallel', Branches: [branch], End: true } },
      },
      STANDARD,
    );
    await expect(machine.run({}, { invoke: invoking({}) })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('creates batches limited by items or bytes, with the shared batch input', async () => {
    const batched = (ItemBatcher: object) => mapOf(pass, { ItemBatcher });
    const byItems = await run(
      batched({ MaxItemsPerBatch: 2, BatchInput: { n: '{% $count($states.input) %}' } }),
      [1, 2, 3],
    );
    expect(byItems.result.output).toEqual([
      { BatchInput: { n: 3 }, Items: [1, 2] },
      { BatchInput: { n: 3 }, Items: [3] },
    ]);
    const byBytes = await run(batched({ MaxInputBytesPerBatch: '{% 20 %}' }), ['aaa', 'bbb', 'ccc']);
    expect(byBytes.result.output).toEqual([{ Items: ['aaa'] }, { Items: ['bbb'] }, { Items: ['ccc'] }]);
  });

  it('runs children with their own scope, history and execution', async () => {
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

  it('ends EXPRESS children after five minutes', async () => {
    const machine = mapOf({ Type: 'Wait', Seconds: 400 }, { ToleratedFailurePercentage: 100 }, 'EXPRESS');
    const { result, tookMs } = await run(machine, [1]);
    expect([result.output, tookMs]).toEqual([[], 300_000]);
    expect(result.history.find(({ type }) => type === 'MapItemFailed')?.error).toBe('States.Timeout');
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
    ['3 items', { ToleratedFailureCount: 3 }, 3, true],
    ['3 items', { ToleratedFailureCount: '{% 3 %}' }, 4, false],
    ['100 %', { ToleratedFailurePercentage: '{% 100 %}' }, 10, true],
    ['the smaller of two limits', { ToleratedFailurePercentage: 90, ToleratedFailureCount: 1 }, 2, false],
  ])(
    'with tolerance for %s (%j) and %d of 10 items failing, succeeds: %s',
    async (_, more, bad, succeeds) => {
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
    },
  );

  it('counts every item of a batch that fails', async () => {
    const machine = mapOf(
      { ...task('f', '{% $states.input.Items[0] %}'), Output: 'ok' },
      {
        ItemBatcher: { MaxItemsPerBatch: 5 },
        ToleratedFailureCount: 4,
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

  it('can be caught and retried as a whole', async () => {
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
