import { evaluate, type Frame, failureIn, unexpected } from '../execution.ts';
import type { Json } from '../json.ts';
import { requirePayloadSize } from '../limits.ts';
import type { MapState } from '../loading/definition.ts';

/** The item processor's input for an item: the value of `ItemSelector`, or else the item itself. */
export async function itemInput(state: MapState, frame: Frame, item: Json): Promise<Json> {
  const input =
    state.ItemSelector === undefined ? item : await evaluate(frame, state.ItemSelector, 'ItemSelector');
  requirePayloadSize(input, `The state '${frame.name}' has an item`);
  return input;
}

/** The items from `Items`, or else from the state's input. */
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
