import { messageOf } from '../../../core/index.ts';
import { untilAborted, within } from '../clock.ts';
import { evaluate, evaluateNumber, type Frame, type RunStates } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import { failureDetails, History } from '../history.ts';
import { isObject, type Json, type JsonObject, jsonBytes } from '../json.ts';
import { EXPRESS_LIMIT_SECONDS, INLINE_CONCURRENCY, requirePayloadSize } from '../limits.ts';
import type { MapState } from '../loading/definition.ts';
import { Variables } from '../variables.ts';
import { concurrently } from './concurrently.ts';
import { itemInput, itemsOf } from './map-items.ts';

/** Input of a child execution, and its number of items. */
interface Child {
  readonly input: Json;
  readonly items: number;
}

/**
 * Runs the item processor of a Distributed Map in this process, over the given listing. Children cannot
 * access the variables or history around them. Failed children are omitted from the result.
 * @throws StateFailure `States.ItemReaderFailed`, or `States.ExceedToleratedFailureThreshold` once more items
 * failed than the state tolerates.
 */
export async function runDistributed(state: MapState, frame: Frame, runStates: RunStates): Promise<Json[]> {
  const { history, name } = frame;
  const tolerated = await tolerance(state, frame);
  const anyNumber = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const limit = await evaluateNumber(frame, state.MaxConcurrency, 'MaxConcurrency', anyNumber);
  history.add('MapStateStarted', { state: name });
  try {
    const children = await batches(state, frame, await selectedItems(state, frame));
    const total = children.reduce((sum, { items }) => sum + items, 0);
    history.add('MapRunStarted', { state: name });
    let failed = 0;
    const atOnce = Math.min(limit === 0 ? INLINE_CONCURRENCY : limit, INLINE_CONCURRENCY);
    const results = await concurrently(children.length, atOnce, frame.signal, async (index, signal) => {
      const child = children[index]!;
      try {
        return { output: await runChild(state, { ...frame, signal }, child.input, runStates) };
      } catch (error) {
        if (!(error instanceof StateFailure) || signal.aborted) throw error;
        failed += child.items;
        history.note('MapItemFailed', { state: name, ...failureDetails(error) });
        if (failed > tolerated.count || (100 * failed) / total > tolerated.percentage) {
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

/** The tolerated number and share of failed items; none by default. */
async function tolerance(
  state: MapState,
  frame: Frame,
): Promise<{ readonly count: number; readonly percentage: number }> {
  const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = state;
  const whole = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const share = { min: 0, max: 100, fraction: true };
  if (count === undefined && percentage === undefined) return { count: 0, percentage: 100 };
  return {
    count:
      count === undefined
        ? Number.POSITIVE_INFINITY
        : await evaluateNumber(frame, count, 'ToleratedFailureCount', whole),
    percentage:
      percentage === undefined
        ? 100
        : await evaluateNumber(frame, percentage, 'ToleratedFailurePercentage', share),
  };
}

async function selectedItems(state: MapState, frame: Frame): Promise<readonly Json[]> {
  const items = state.ItemReader === undefined ? await itemsOf(state, frame) : await readItems(state, frame);
  if (state.ItemSelector === undefined) return items;
  const selected: Json[] = [];
  for (const [index, item] of items.entries()) {
    const context = { ...frame.context, Map: { Item: { Index: index, Value: item } } };
    selected.push(await itemInput(state, { ...frame, context }, item));
  }
  return selected;
}

async function readItems(state: MapState, frame: Frame): Promise<Json[]> {
  const { Resource, Arguments } = state.ItemReader!;
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
  const limitOf = async (value: number | string | undefined, field: string): Promise<number> => {
    const limits = { min: 1, max: Number.MAX_SAFE_INTEGER };
    return value === undefined ? limits.max : evaluateNumber(frame, value, `ItemBatcher/${field}`, limits);
  };
  const maxItems = await limitOf(batcher.MaxItemsPerBatch, 'MaxItemsPerBatch');
  const maxBytes = await limitOf(batcher.MaxInputBytesPerBatch, 'MaxInputBytesPerBatch');
  const shared: JsonObject =
    batcher.BatchInput === undefined
      ? {}
      : { BatchInput: await evaluate(frame, batcher.BatchInput, 'ItemBatcher/BatchInput') };
  const children: Child[] = [];
  let batch: Json[] = [];
  const emptyBytes = jsonBytes({ ...shared, Items: [] });
  let bytes = emptyBytes;
  const close = (): void => {
    if (batch.length > 0) children.push({ input: { ...shared, Items: batch }, items: batch.length });
    batch = [];
    bytes = emptyBytes;
  };
  for (const item of items) {
    const itemBytes = jsonBytes(item) + 1;
    if (batch.length >= maxItems || bytes + itemBytes > maxBytes) close();
    batch.push(item);
    bytes += itemBytes;
  }
  close();
  return children;
}

/** Runs one child execution. */
function runChild(state: MapState, frame: Frame, input: Json, runStates: RunStates): Promise<Json> {
  const config = state.ItemProcessor.ProcessorConfig;
  const isExpress = config.Mode === 'DISTRIBUTED' && config.ExecutionType === 'EXPRESS';
  const { clock } = frame.services;
  requirePayloadSize(input, `The state '${frame.name}' has an item`);
  const execution = { ...(frame.context.Execution as JsonObject), Input: input };
  const surroundings = {
    ...frame,
    context: { ...frame.context, Execution: execution },
    variables: new Variables(),
    history: new History(clock, !isExpress),
  };
  const run = (signal: AbortSignal) => runStates(state.ItemProcessor, input, { ...surroundings, signal });
  return isExpress
    ? within(clock, EXPRESS_LIMIT_SECONDS * 1_000, frame.signal, new StateFailure('States.Timeout'), run)
    : run(frame.signal);
}
