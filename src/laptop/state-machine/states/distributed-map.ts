import { messageOf } from '../../../core/index.ts';
import { untilAborted } from '../clock.ts';
import { evaluate, evaluateNumber, type Frame, type Outcome, type RunStates } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import { failureDetails, History } from '../history.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { MAP_CONCURRENCY, requirePayloadSize } from '../limits.ts';
import type { MapState } from '../loading/definition.ts';
import { Variables } from '../variables.ts';
import { concurrently } from './concurrently.ts';
import { handOver } from './output.ts';
import { recovering } from './recovery.ts';

/** Input of a child execution, and its number of items. */
interface Child {
  readonly input: Json;
  readonly items: number;
}

/** Runs the item processor of a Distributed Map for every batch of items. */
export function runMap(state: MapState, frame: Frame, runStates: RunStates): Promise<Outcome> {
  return recovering(state, frame, async (attempt) => {
    const result = await runChildren(state, attempt, runStates);
    requirePayloadSize(result, `The state '${attempt.name}' returned a result`);
    return handOver(attempt, state, result, { result });
  });
}

/**
 * Runs the children in this process, over the given listing. Children cannot access the variables or history
 * of their parent. Failed children are omitted from the result.
 * @throws StateFailure `States.ItemReaderFailed`, or `States.ExceedToleratedFailureThreshold` once more items
 * failed than the state tolerates.
 */
async function runChildren(state: MapState, frame: Frame, runStates: RunStates): Promise<Json[]> {
  const { history, name } = frame;
  const { MaxConcurrency, ToleratedFailurePercentage: share } = state;
  const tolerated = await evaluateNumber(frame, share, 'ToleratedFailurePercentage', {
    min: 0,
    max: 100,
    fraction: true,
  });
  const anyNumber = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const limit = await evaluateNumber(frame, MaxConcurrency, 'MaxConcurrency', anyNumber);
  history.add('MapStateStarted', { state: name });
  try {
    const children = await batches(state, frame, await selectedItems(state, frame));
    const total = children.reduce((sum, { items }) => sum + items, 0);
    history.add('MapRunStarted', { state: name });
    let failed = 0;
    const atOnce = Math.min(limit === 0 ? MAP_CONCURRENCY : limit, MAP_CONCURRENCY);
    const results = await concurrently(children.length, atOnce, frame.signal, async (index, signal) => {
      const child = children[index]!;
      try {
        return { output: await runChild(state, { ...frame, signal }, child.input, runStates) };
      } catch (error) {
        if (!(error instanceof StateFailure) || signal.aborted) throw error;
        failed += child.items;
        history.note('MapItemFailed', { state: name, ...failureDetails(error) });
        if ((100 * failed) / total > tolerated) {
          throw new StateFailure(
            'States.ExceedToleratedFailureThreshold',
            'The specified tolerated failure threshold was exceeded',
          );
        }
        return undefined;
      }
    });
    history.add('MapRunSucceeded', { state: name });
    history.add('MapStateSucceeded', { state: name });
    return results.flatMap((result) => (result === undefined ? [] : [result.output]));
  } catch (error) {
    if (error instanceof StateFailure) {
      history.add('MapRunFailed', { state: name, ...failureDetails(error) });
      history.add('MapStateFailed', { state: name, ...failureDetails(error) });
    }
    throw error;
  }
}

async function selectedItems(state: MapState, frame: Frame): Promise<readonly Json[]> {
  const items = await readItems(state, frame);
  if (state.ItemSelector === undefined) return items;
  const selected: Json[] = [];
  for (const [index, item] of items.entries()) {
    const context = { ...frame.context, Map: { Item: { Index: index, Value: item } } };
    const input = await evaluate({ ...frame, context }, state.ItemSelector, 'ItemSelector');
    requirePayloadSize(input, `The state '${frame.name}' has an item`);
    selected.push(input);
  }
  return selected;
}

async function readItems(state: MapState, frame: Frame): Promise<Json[]> {
  const { Resource, Arguments } = state.ItemReader;
  const parameters = await evaluate(frame, Arguments, 'ItemReader/Arguments');
  if (!isObject(parameters)) {
    throw new StateFailure('States.ItemReaderFailed', 'The Arguments of the ItemReader must be an object.');
  }
  const collect = async (): Promise<Json[]> => {
    const items: Json[] = [];
    const read = frame.services.readItems!;
    for await (const item of read(Resource, parameters as JsonObject, frame.signal)) items.push(item);
    return items;
  };
  try {
    return await untilAborted(collect(), frame.signal);
  } catch (error) {
    if (frame.signal.aborted) throw error;
    throw new StateFailure('States.ItemReaderFailed', messageOf(error));
  }
}

/**
 * The inputs of the children: single items, or `{BatchInput, Items}` with as many items as the batcher
 * allows.
 */
async function batches(state: MapState, frame: Frame, items: readonly Json[]): Promise<Child[]> {
  const batcher = state.ItemBatcher;
  if (batcher === undefined) return items.map((input) => ({ input, items: 1 }));
  const { MaxItemsPerBatch, BatchInput } = batcher;
  const maxItems = await evaluateNumber(frame, MaxItemsPerBatch, 'ItemBatcher/MaxItemsPerBatch', {
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
  });
  const shared: JsonObject =
    BatchInput === undefined
      ? {}
      : { BatchInput: await evaluate(frame, BatchInput, 'ItemBatcher/BatchInput') };
  return Array.from({ length: Math.ceil(items.length / maxItems) }, (_, index) => {
    const batch = items.slice(index * maxItems, (index + 1) * maxItems);
    return { input: { ...shared, Items: batch }, items: batch.length };
  });
}

/** Runs one child execution. */
function runChild(state: MapState, frame: Frame, input: Json, runStates: RunStates): Promise<Json> {
  requirePayloadSize(input, `The state '${frame.name}' has an item`);
  const execution = { ...(frame.context.Execution as JsonObject), Input: input };
  return runStates(state.ItemProcessor, input, {
    ...frame,
    context: { ...frame.context, Execution: execution },
    variables: new Variables(),
    history: new History(frame.services.clock, true),
  });
}
