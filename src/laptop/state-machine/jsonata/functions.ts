import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';

/** External inputs of one evaluation. */
export interface EvaluationWorld {
  /** Time of the evaluation in milliseconds since 1970, on the clock of the execution. */
  readonly nowMs: number;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
}

/** Maximum value that an expression may build, in bytes, as observed on AWS. */
export const MAX_VALUE_BYTES = 6_990_256;
const MAX_RANGE = 360_145;
const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** An error of a function, with a code like JSONata's own errors. */
class FunctionError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const memoryExceeded = (): FunctionError =>
  new FunctionError('D1014', 'Expression evaluation memory limit exceeded');

const wrongArgument = (name: string, position: number, wanted: string): FunctionError =>
  new FunctionError('T0410', `Argument ${position} of function "${name}" must be ${wanted}`);

function numberArgument(name: string, position: number, value: unknown): number {
  if (typeof value !== 'number') throw wrongArgument(name, position, 'a number');
  return Math.trunc(value);
}

/**
 * The functions that Step Functions adds to JSONata, and those of JSONata that depend on external inputs.
 * Missing arguments make the result undefined, as on AWS; fractions are truncated.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function awsFunctions(world: () => EvaluationWorld): Record<string, (...values: never[]) => unknown> {
  return {
    partition,
    range,
    hash,
    random: (seed: unknown): number =>
      seed === undefined ? world().random() : seeded(numberArgument('random', 1, seed)),
    uuid: (): string => randomUUID(),
    parse,
    millis: (): number => world().nowMs,
    now: (picture: unknown, zone: unknown): unknown => {
      if (picture === undefined) return new Date(world().nowMs).toISOString();
      return FORMAT_TIME.evaluate(undefined, { ms: world().nowMs, picture, zone });
    },
    pad,
  };
}

function partition(list: unknown, size: unknown): unknown[][] | undefined {
  if (list === undefined || size === undefined) return undefined;
  const items = Array.isArray(list) ? (list as unknown[]) : [list];
  const width = numberArgument('partition', 2, size);
  if (width <= 0 || items.length === 0) return undefined;
  return Array.from({ length: Math.ceil(items.length / width) }, (_, part) =>
    items.slice(part * width, (part + 1) * width),
  );
}

function range(first: unknown, last: unknown, step: unknown): number[] | number | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const from = numberArgument('range', 1, first);
  const to = numberArgument('range', 2, last);
  const by = numberArgument('range', 3, step);
  if (by === 0 || (by > 0 ? from > to : from < to)) return undefined;
  const length = Math.floor((to - from) / by) + 1;
  if (length > MAX_RANGE) throw memoryExceeded();
  return length === 1 ? from : Array.from({ length }, (_, index) => from + index * by);
}

function hash(text: unknown, algorithm: unknown): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  if (typeof text !== 'string') throw wrongArgument('hash', 1, 'a string');
  const name = Object.hasOwn(HASHES, String(algorithm)) ? HASHES[String(algorithm)] : undefined;
  if (name === undefined) throw wrongArgument('hash', 2, Object.keys(HASHES).join(', '));
  return createHash(name).update(text).digest('hex');
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw wrongArgument('parse', 1, 'a string of JSON');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FunctionError('D3120', `Syntax error in the JSON of $parse: ${(error as Error).message}`);
  }
}

/** Replaces JSONata's `$pad`, which builds the padding before its size can be checked. */
function pad(text: unknown, width: unknown, character: unknown): string | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw wrongArgument('pad', 1, 'a string');
  const wanted = numberArgument('pad', 2, width);
  const characters = Array.from(text).length;
  const missing = Math.abs(wanted) - characters;
  if (missing > MAX_VALUE_BYTES) throw memoryExceeded();
  const fill = typeof character === 'string' && character !== '' ? Array.from(character) : [' '];
  const padding = Array.from({ length: Math.max(0, missing) }, (_, at) => fill[at % fill.length]);
  return wanted > 0 ? text + padding.join('') : padding.join('') + text;
}

const FORMAT_TIME = jsonata('$fromMillis($ms, $picture, $zone)');

/** One number from 0 to 1, determined by the seed (splitmix32). */
function seeded(seed: number): number {
  let mixed = (seed + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
