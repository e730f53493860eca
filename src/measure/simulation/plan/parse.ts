import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, SragError } from '../../../core/index.ts';
import { PLAN_EXAMPLES } from './examples.ts';
import { expectedArrivals, type LoadPlan } from './plan.ts';
import { type PlanPart, partSchema, planOf } from './stretches.ts';

const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
const RATE = String.raw`${NUMBER}\s*/\s*(s|min|h)`;
const DURATION = String.raw`${NUMBER}\s*(ms|s|min|m|h)`;
const PER_SECOND: Readonly<Record<string, number>> = { s: 1, min: 1 / 60, h: 1 / 3_600 };
const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, m: 60, h: 3_600 };

const rateOf = (value = '', unit = ''): number => Number(value) * PER_SECOND[unit]!;
const secondsOf = (value = '', unit = ''): number => Number(value) * SECONDS[unit]!;

/** Patterns of the plan language with their meanings. */
const SENTENCES: readonly (readonly [RegExp, (words: readonly string[]) => PlanPart])[] = [
  [
    pattern(String.raw`(constant|burst)\s+${RATE}\s+for\s+${DURATION}`),
    ([kind, r, per, d, unit]) => ({
      kind: kind === 'burst' ? 'burst' : 'constant',
      rate: rateOf(r, per),
      seconds: secondsOf(d, unit),
    }),
  ],
  [
    pattern(String.raw`idle\s+for\s+${DURATION}`),
    ([d, unit]) => ({ kind: 'idle', seconds: secondsOf(d, unit) }),
  ],
  [
    pattern(String.raw`ramp\s+${RATE}\s+to\s+${RATE}\s+for\s+${DURATION}`),
    ([a, perA, b, perB, d, unit]) => ({
      kind: 'ramp',
      from: rateOf(a, perA),
      to: rateOf(b, perB),
      seconds: secondsOf(d, unit),
    }),
  ],
  [
    pattern(String.raw`steps\s+((?:${RATE}\s*,\s*)*${RATE})\s+for\s+${DURATION}(?:\s+each)?`),
    (words) => ({
      kind: 'steps',
      rates: [...words[0]!.matchAll(new RegExp(RATE, 'g'))].map(([, r, per]) => rateOf(r, per)),
      seconds: secondsOf(words.at(-2), words.at(-1)),
    }),
  ],
  [
    pattern(String.raw`on-off\s+${RATE}\s+for\s+${DURATION}\s*,\s*idle\s+${DURATION}\s*,\s*(\d+)\s+times?`),
    ([r, per, on, onUnit, off, offUnit, times]) => ({
      kind: 'on-off',
      rate: rateOf(r, per),
      onSeconds: secondsOf(on, onUnit),
      offSeconds: secondsOf(off, offUnit),
      times: Number(times),
    }),
  ],
  [
    pattern(String.raw`day\s+${RATE}\s+to\s+${RATE}(?:\s+with\s+peaks?\s+at\s+([\d:,\s]+))?`),
    ([low, perLow, high, perHigh, peaks]) => ({
      kind: 'day',
      low: rateOf(low, perLow),
      high: rateOf(high, perHigh),
      peaks: peaks === undefined ? [] : peaks.split(',').map(hourOf),
    }),
  ],
  [pattern(String.raw`trace\s+(\S.*)`), ([path = '']) => ({ kind: 'trace', points: readTrace(path) })],
];

function pattern(source: string): RegExp {
  return new RegExp(`^${source}$`, 'i');
}

/**
 * Parses a load plan: sentences separated by semicolons, a JSON list of parts, or the path of a `.json` or `.csv` file.
 * @throws INVALID_ARGUMENT naming the invalid part; PATH_NOT_FOUND, INVALID_RECORD for a file
 */
export function parsePlan(text: string): LoadPlan {
  const trimmed = text.trim();
  const plan = planOf(trimmed, partsOf(trimmed));
  if (expectedArrivals(plan) > 0) return plan;
  throw invalid(trimmed, 'no request would ever arrive');
}

function partsOf(text: string): PlanPart[] {
  if (/^\[/.test(text)) return partsOfJson(text, '--plan');
  if (/\.json$/i.test(text)) return partsOfJson(readText(text), text);
  if (/\.csv$/i.test(text) && !/^trace\s/i.test(text)) return [{ kind: 'trace', points: readTrace(text) }];
  return text.split(';').map((part) => partOf(part.trim()));
}

function partOf(text: string): PlanPart {
  for (const [expression, meaning] of SENTENCES) {
    const words = expression.exec(text);
    if (words !== null) return checked(meaning(words.slice(1)), text);
  }
  throw invalid(text, 'it is not one of the forms of a load plan');
}

function checked(part: unknown, place: string): PlanPart {
  const parsed = partSchema.safeParse(part);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw invalid(place, `${issue.path.join('.') || 'the part'}: ${issue.message}`);
}

function partsOfJson(text: string, place: string): PlanPart[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(place, `it is not JSON: ${messageOf(cause)}`);
  }
  const list = z.array(z.unknown()).min(1).max(10_000).safeParse(value);
  if (!list.success) throw invalid(place, 'it is not a list of parts');
  return list.data.map((part, index) => checked(part, `part ${index + 1} of ${place}`));
}

/** Reads lines of `seconds,rate` with rising seconds; a first line with letters is a header. */
function readTrace(path: string): [number, number][] {
  const lines = readText(path).split(/\r?\n/);
  const points: [number, number][] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || (index === 0 && /[a-z]/i.test(line))) continue;
    const [second = Number.NaN, each = Number.NaN, ...rest] = line.split(',').map(numberOf);
    const isRising = second > (points.at(-1)?.[0] ?? -1);
    if (rest.length > 0 || !Number.isFinite(second) || !(each >= 0 && each <= 1_000_000) || !isRising) {
      throw new SragError('INVALID_RECORD', `${path}:${index + 1} is '${line.slice(0, 60)}'.`, {
        remedy: 'Write seconds,rate on each line: seconds rising, the rate in requests per second.',
        fields: { path, line: index + 1 },
      });
    }
    points.push([second, each]);
  }
  if (points.length >= 2) return points;
  throw new SragError('INVALID_RECORD', `${path} has ${points.length} lines of seconds,rate.`, {
    remedy: 'At least 2 are required: each rate applies until the second of the next line.',
    fields: { path },
  });
}

/** `Number` alone would convert an empty field to zero. */
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

function hourOf(text: string): number {
  const words = /^\s*(\d{1,2})(?::([0-5]\d))?\s*$/.exec(text);
  if (words === null) throw invalid(text.trim(), 'it is not an hour such as 9:00 or 20:30');
  return Number(words[1]) + Number(words[2] ?? 0) / 60;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SragError('PATH_NOT_FOUND', `The load plan ${path} cannot be read: ${messageOf(cause)}.`, {
      remedy: 'Check the path of the load plan.',
      fields: { path },
      cause,
    });
  }
}

const invalid = (text: string, problem: string): SragError =>
  new SragError('INVALID_ARGUMENT', `The load plan '${text.slice(0, 100)}' cannot be used: ${problem}.`, {
    remedy: `Write it like one of these: ${PLAN_EXAMPLES.map((example) => `'${example}'`).join(', ')}.`,
    fields: { field: 'plan', value: text.slice(0, 100) },
  });
