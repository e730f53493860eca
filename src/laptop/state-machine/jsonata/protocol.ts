import type { Json, JsonObject } from '../json.ts';

/** A template to evaluate: every `{% %}` in it is replaced by its value. */
export interface EvaluationRequest {
  readonly template: Json;
  /** Path of the template in its state, for messages: `Arguments`, `Catch[0]/Output`. */
  readonly field: string;
  /** Values of variables by name, `states` among them. */
  readonly variables: JsonObject;
  /** Time of the evaluation in milliseconds since 1970. */
  readonly nowMs: number;
}

/** JSON text of the evaluated template, or the cause of a failure. */
export type EvaluationReply = { readonly json: string } | { readonly cause: string };

/** Maximum time of one evaluation, in milliseconds. */
export const EVALUATION_LIMIT_MS = 5_000;
