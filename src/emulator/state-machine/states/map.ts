import {
  evaluate,
  evaluateNumber,
  type Frame,
  failureIn,
  type Outcome,
  type RunStates,
  unexpected,
} from '../execution.ts';
import { StateFailure } from '../failure.ts';
import { failureDetails } from '../history.ts';
import type { Json } from '../json.ts';
import { INLINE_CONCURRENCY, requirePayloadSize } from '../limits.ts';
import type { MapState } from '../loading/definition.ts';
import { Variables } from '../variables.ts';
import { concurrently } from './concurrently.ts';
import { runDistributed } from './distributed-map.ts';
import { handOver } from './output.ts';
import { recovering } from './recovery.ts';

/** Runs the item processor for every item; results stand in the order of the items. */
export function runMap(state: MapState, frame: Frame, runStates: RunStates): Promise<Outcome> {
  return recovering(state, frame, async (attempt) => {
    const isDistributed = state.ItemProcessor.ProcessorConfig.Mode === 'DISTRIBUTED';
    const result = isDistributed
      ? await runDistributed(state, attempt, runStates)
      : await runInline(state, attempt, runStates);
    requirePayloadSize(result, `The state '${attempt.name}' returned a result`);
    return handOver(attempt, state, result, { result });
  });
}

async function runInline(state: MapState, frame: Frame, runStates: RunStates): Promise<Json[]> {
  const { history, name } = frame;
  const items = await itemsOf(state, frame);
  const limit = await evaluateNumber(frame, state.MaxConcurrency, 'MaxConcurrency', {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  });
  history.add('MapStateStarted', { state: name });
  try {
    const atOnce = Math.min(limit === 0 ? INLINE_CONCURRENCY : limit, INLINE_CONCURRENCY);
    const results = await concurrently(items.length, atOnce, frame.signal, (index, signal) =>
      runItem(state, { ...frame, signal }, index, items[index]!, runStates),
    );
    history.add('MapStateSucceeded', { state: name });
    return results;
  } catch (error) {
    if (error instanceof StateFailure) {
      history.add('MapStateFailed', { state: name, ...failureDetails(error) });
    }
    throw error;
  }
}

async function runItem(
  state: MapState,
  frame: Frame,
  index: number,
  item: Json,
  runStates: RunStates,
): Promise<Json> {
  const { history, name } = frame;
  history.add('MapIterationStarted', { state: name });
  const context = { ...frame.context, Map: { Item: { Index: index, Value: item } } };
  const variables = new Variables(frame.variables);
  try {
    const input = await itemInput(state, { ...frame, context }, item);
    const result = await runStates(state.ItemProcessor, input, { ...frame, context, variables });
    history.add('MapIterationSucceeded', { state: name });
    return result;
  } catch (error) {
    if (error instanceof StateFailure && !frame.signal.aborted) {
      history.add('MapIterationFailed', { state: name, ...failureDetails(error) });
    }
    throw error;
  } finally {
    variables.release();
  }
}

/** What the item processor gets for an item: `ItemSelector`'s value, else the item itself. */
export async function itemInput(state: MapState, frame: Frame, item: Json): Promise<Json> {
  const input =
    state.ItemSelector === undefined ? item : await evaluate(frame, state.ItemSelector, 'ItemSelector');
  requirePayloadSize(input, `The state '${frame.name}' has an item`);
  return input;
}

/** The items of `Items`, else of the state's input. */
export async function itemsOf(state: MapState, frame: Frame): Promise<readonly Json[]> {
  if (state.Items === undefined) {
    if (Array.isArray(frame.input)) return frame.input;
    throw failureIn(
      frame,
      'States.Runtime',
      `A Map without Items needs an array as its input: ${JSON.stringify(frame.input).slice(0, 200)}`,
    );
  }
  const items = await evaluate(frame, state.Items, 'Items');
  if (!Array.isArray(items)) unexpected(frame, state.Items, 'Items', 'array', items);
  return items as readonly Json[];
}
