import type { Json, JsonObject } from '../json.ts';

/** One template to evaluate: every `{% %}` in it is replaced by its value. */
export interface EvaluationRequest {
  readonly template: Json;
  /** Where the template stands in its state, for messages: `Arguments`, `Catch[0]/Output`. */
  readonly field: string;
  /** Values of variables by name, `states` among them. */
  readonly variables: JsonObject;
  readonly nowMs: number;
  /** Seed of what is random in this evaluation. */
  readonly seed: number;
}

/** JSON text of the evaluated template, or why there is none. */
export type EvaluationReply = { readonly json: string } | { readonly cause: string };

/** Longest time for one evaluation, in milliseconds. */
export const EVALUATION_LIMIT_MS = 5_000;
