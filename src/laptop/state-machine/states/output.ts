import { evaluate, type Frame, type Outcome, type StateValues } from '../execution.ts';
import type { Json, JsonObject } from '../json.ts';
import { requirePayloadSize } from '../limits.ts';

/** Output fields of a state, a choice rule or a catcher. */
export interface Handover {
  readonly Output?: Json | undefined;
  readonly Assign?: JsonObject | undefined;
  readonly Next?: string | undefined;
}

/**
 * Evaluates `Assign` and `Output` against the same, unmodified variables, then assigns and returns the
 * outcome.
 * @param prefix path of the fields: empty for the state's own, otherwise for example `Catch[0]/`.
 * @throws StateFailure if an expression fails or the output is too large.
 */
export async function handOver(
  frame: Frame,
  from: Handover,
  fallback: Json,
  values: StateValues = {},
  prefix = '',
): Promise<Outcome> {
  const assigned =
    from.Assign === undefined ? undefined : await evaluate(frame, from.Assign, `${prefix}Assign`, values);
  const output =
    from.Output === undefined ? fallback : await evaluate(frame, from.Output, `${prefix}Output`, values);
  requirePayloadSize(output, `The state '${frame.name}' returned an output`);
  if (assigned !== undefined) frame.variables.assign(assigned as JsonObject);
  return { output, next: from.Next };
}
