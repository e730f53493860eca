import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import jsonata from 'jsonata';
import { childField, expressionSource, isExpression } from '../json.ts';
import { awsFunctions } from './functions.ts';
import { EVALUATION_LIMIT_MS, type EvaluationReply, type EvaluationRequest } from './protocol.ts';

/**
 * URL of this module, which is the thread's program. The evaluator imports it, so that the URL is right both
 * in the source tree and in a bundle.
 */
export const WORKER_URL = new URL(import.meta.url);
/** Distinguishes an evaluation thread from other threads that load this module. */
export const WORKER_ROLE = 'srag:jsonata';

/** Maximum value that an expression may build, in bytes, as observed on AWS. */
const MAX_VALUE_BYTES = 6_990_256;
/** Maximum nesting of an expression, as observed on AWS. */
const MAX_DEPTH = 100;
/** Maximum length of a sequence that an expression may build, as observed on AWS: 8 bytes per element. */
const MAX_SEQUENCE = Math.floor(MAX_VALUE_BYTES / 8);
/** Maximum number of cached compiled expressions. */
const MAX_COMPILED = 2_000;

const compiled = new Map<string, jsonata.Expression>();
/** Time of the current evaluation. */
let nowMs = 0;

function compile(source: string): jsonata.Expression {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const options = { stack: MAX_DEPTH, timeout: EVALUATION_LIMIT_MS, sequence: MAX_SEQUENCE };
  const expression = jsonata(source, options);
  for (const [name, implementation] of Object.entries(awsFunctions(() => nowMs))) {
    expression.registerFunction(name, implementation as (...values: unknown[]) => unknown);
  }
  // An oversized result ends the evaluation before the next step enlarges it.
  expression.assign(EXIT_HOOK as unknown as string, (...values: unknown[]) => {
    const result = values[3];
    if (typeof result === 'string' && result.length > MAX_VALUE_BYTES) {
      throw { code: 'D1014', message: 'Expression evaluation memory limit exceeded' };
    }
  });
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(source, expression);
  return expression;
}

/** JSONata calls the function bound to this symbol after every step. */
const EXIT_HOOK = Symbol.for('jsonata.__evaluate_exit');

class EvaluationFailure {
  readonly cause: string;
  constructor(source: string, field: string, problem: string) {
    this.cause = `The JSONata expression '${source}' specified for the field '${field}' ${problem}`;
  }
}

async function evaluateTemplate(template: unknown, field: string, variables: object): Promise<unknown> {
  if (isExpression(template)) return evaluateExpression(expressionSource(template), field, variables);
  if (Array.isArray(template)) {
    const items: unknown[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await evaluateTemplate(item, childField(field, index), variables));
    }
    return items;
  }
  if (typeof template !== 'object' || template === null) return template;
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(template)) {
    entries.push([key, await evaluateTemplate(item, childField(field, key), variables)]);
  }
  return Object.fromEntries(entries);
}

async function evaluateExpression(source: string, field: string, variables: object): Promise<unknown> {
  let value: unknown;
  try {
    value = await compile(source).evaluate(undefined, variables as Record<string, unknown>);
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const what = [code, message].filter((part) => part !== undefined).join(': ');
    throw new EvaluationFailure(source, field, `threw an error during evaluation. ${what}`);
  }
  if (value === undefined) throw new EvaluationFailure(source, field, 'returned nothing (undefined).');
  requireJson(value, source, field);
  return value;
}

/** JSONata's functions are values, too, but JSON cannot represent them. */
function requireJson(value: unknown, source: string, field: string): void {
  const isFunction =
    typeof value === 'function' ||
    (typeof value === 'object' &&
      value !== null &&
      ('_jsonata_lambda' in value || '_jsonata_function' in value || value instanceof RegExp));
  if (isFunction) throw new EvaluationFailure(source, field, 'returned an unsupported result type.');
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) requireJson(item, source, field);
  }
}

async function reply(request: EvaluationRequest): Promise<EvaluationReply> {
  nowMs = request.nowMs;
  try {
    const value = await evaluateTemplate(request.template, request.field, request.variables);
    return { json: JSON.stringify(value, (_, item) => (isInfinite(item) ? String(item) : item)) };
  } catch (error) {
    if (error instanceof EvaluationFailure) return { cause: error.cause };
    return { cause: `The field '${request.field}' could not be evaluated: ${String(error)}` };
  }
}

/** JSON cannot represent infinities and NaN; Step Functions writes their names. */
const isInfinite = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);

if (!isMainThread && workerData === WORKER_ROLE) {
  parentPort?.on('message', async (request: EvaluationRequest) => {
    parentPort?.postMessage(await reply(request));
  });
  parentPort?.postMessage('ready');
}
