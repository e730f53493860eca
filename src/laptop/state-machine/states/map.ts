import { evaluateNumber, type Frame, type Outcome, type RunStates } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import { failureDetails } from '../history.ts';
import type { Json } from '../json.ts';
import { INLINE_CONCURRENCY, requirePayloadSize } from '../limits.ts';
import type { MapState } from '../loading/definition.ts';
import { Variables } from '../variables.ts';
import { concurrently } from './concurrently.ts';
import { runDistributed } from './distributed-map.ts';
import { itemInput, itemsOf } from './map-items.ts';
import { handOver } from './output.ts';
import { recovering } from './recovery.ts';

/** Runs the item processor for every item; results are in the order of the items. */
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
