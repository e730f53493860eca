import type { Clock } from './clock.ts';
import { StateFailure } from './failure.ts';
import type { History } from './history.ts';
import { expressionSource, isExpression, type Json, type JsonObject, stringsOf } from './json.ts';
import type { Evaluator } from './jsonata/evaluator.ts';
import type { State } from './loading/definition.ts';
import type { Expressions } from './loading/expressions.ts';
import type { Variables } from './variables.ts';

/** The result of invoking a function. */
export interface InvokeResult {
  /** Status as in Lambda's Invoke: 200 (also if the function threw an error), or 429 if throttled. */
  readonly statusCode: number;
  /** `Handled` or `Unhandled` when the function threw; `payload` is then `{errorType, errorMessage, ...}`. */
  readonly functionError?: string | undefined;
  /** The reply as a JSON value, not as text. */
  readonly payload: unknown;
}

/**
 * Invokes a function and waits for its reply. A rejection means that the function was not reached
 * (`Lambda.SdkClientException`), except for a `SragError` with code `THROTTLED`. `signal` is aborted when the
 * reply is no longer awaited, which does not end the function on AWS; `timeoutMs` is the state's timeout, if
 * any.
 */
export type Invoke = (
  functionName: string,
  payload: Json,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number | undefined },
) => Promise<InvokeResult>;

/**
 * Lists the items for the ItemReader of a Distributed Map, such as the objects of a bucket under a prefix.
 */
export type ReadItems = (
  resource: string,
  parameters: JsonObject,
  signal: AbortSignal,
) => AsyncIterable<Json> | Iterable<Json>;

/** Dependencies of an execution. */
export interface Services {
  readonly invoke: Invoke;
  readonly readItems: ReadItems | undefined;
  readonly clock: Clock;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
  readonly evaluator: Evaluator;
  readonly expressions: Expressions;
}

/** The scope in which a sequence of states runs. */
export interface Surroundings {
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly variables: Variables;
  /** Context object without `State`. */
  readonly context: JsonObject;
  readonly history: History;
}

/** A state that is being executed. */
export interface Frame extends Surroundings {
  readonly name: string;
  readonly input: Json;
  readonly enteredId: number;
  readonly enteredAt: string;
  readonly retryCount: number;
}

/** The result of a state; without `next` the sequence ends. */
export interface Outcome {
  readonly output: Json;
  readonly next?: string | undefined;
}

/** Values in `$states`, besides input and context, that depend on the state. */
export type StateValues = { readonly result?: Json; readonly errorOutput?: Json };

/** Creates a failure of a state, whose cause begins like the causes of Step Functions. */
export const failureIn = ({ name, enteredId }: Frame, error: string, problem: string): StateFailure =>
  new StateFailure(
    error,
    `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}). ${problem}`,
  );

/**
 * Evaluates every `{% %}` in a template.
 * @throws StateFailure `States.QueryEvaluationError`.
 */
export async function evaluate(
  frame: Frame,
  template: Json,
  field: string,
  values: StateValues = {},
): Promise<Json> {
  const names = new Set<string>();
  let count = 0;
  for (const { text } of stringsOf(template, field)) {
    if (!isExpression(text)) continue;
    count += 1;
    const parsed = frame.services.expressions.get(expressionSource(text));
    for (const name of parsed?.variables ?? []) names.add(name);
  }
  if (count === 0) return template;
  const { name, input, enteredAt, retryCount, context, services } = frame;
  const state = { EnteredTime: enteredAt, Name: name, RetryCount: retryCount };
  const variables: Record<string, Json> = {
    states: { input, ...values, context: { ...context, State: state } },
  };
  for (const variable of names) {
    const value = variable === 'states' ? undefined : frame.variables.get(variable);
    if (value !== undefined) variables[variable] = value;
  }
  const request = { template, field, variables, nowMs: services.clock.now() };
  const reply = await services.evaluator.evaluate(request, frame.signal);
  if ('cause' in reply) throw failureIn(frame, 'States.QueryEvaluationError', reply.cause);
  return JSON.parse(reply.json) as Json;
}

/** @throws StateFailure `States.QueryEvaluationError` for a value of the wrong type. */
export function unexpected(frame: Frame, template: Json, field: string, wanted: string, value: Json): never {
  const source = isExpression(template) ? expressionSource(template) : JSON.stringify(template);
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  throw failureIn(
    frame,
    'States.QueryEvaluationError',
    `The JSONata expression '${source}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${wanted}', but was '${type}' for value: ${JSON.stringify(value).slice(0, 200)}`,
  );
}

/** The numeric value of a field. @throws StateFailure `States.QueryEvaluationError`. */
export async function evaluateNumber(
  frame: Frame,
  template: Json,
  field: string,
  limits: { readonly min: number; readonly max: number; readonly fraction?: boolean },
): Promise<number> {
  const value = await evaluate(frame, template, field);
  const { min, max, fraction = false } = limits;
  const isRight = typeof value === 'number' && value >= min && value <= max;
  if (!isRight || !(fraction || Number.isInteger(value))) {
    unexpected(frame, template, field, `${fraction ? 'number' : 'integer'} from ${min} to ${max}`, value);
  }
  return value;
}

/** Runs the states of a sequence. States that contain a sequence receive this function. */
export type RunStates = (
  sequence: { readonly StartAt: string; readonly States: Readonly<Record<string, State>> },
  input: Json,
  surroundings: Surroundings,
) => Promise<Json>;
