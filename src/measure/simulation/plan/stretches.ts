import { z } from 'zod';
import type { LoadPlan, Stretch } from './plan.ts';

const rate = z.number().finite().min(0).max(1_000_000);
const seconds = z
  .number()
  .finite()
  .positive()
  .max(31 * 86_400);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
/** Hour of the highest rate of a day whose peaks are not stated. */
const SINUS_PEAK_HOUR = 15;
/** Standard deviation of a stated peak. */
const PEAK_DEVIATION_MS = 30 * MINUTE_MS;

/** Parts of a load plan, as listed in JSON; rates in requests per second. */
export const partSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), rate, seconds }),
  z.strictObject({ kind: z.literal('burst'), rate, seconds }),
  z.strictObject({ kind: z.literal('idle'), seconds }),
  z.strictObject({ kind: z.literal('ramp'), from: rate, to: rate, seconds }),
  z.strictObject({ kind: z.literal('steps'), rates: z.array(rate).min(1).max(1_000), seconds }),
  z.strictObject({
    kind: z.literal('on-off'),
    rate,
    onSeconds: seconds,
    offSeconds: seconds,
    times: z.int().min(1).max(10_000),
  }),
  z.strictObject({
    kind: z.literal('day'),
    low: rate,
    high: rate,
    /** Hours of the day, 0 to 24. */
    peaks: z.array(z.number().min(0).max(24)).max(24).default([]),
  }),
  z.strictObject({
    kind: z.literal('trace'),
    /** Each rate applies until the next second listed; the last one applies as long as the one before it. */
    points: z
      .array(z.tuple([z.number().finite().min(0), rate]))
      .min(2)
      .max(1_000_000),
  }),
]);
export type PlanPart = z.output<typeof partSchema>;

/** Concatenates parts to a plan. */
export function planOf(text: string, parts: readonly PlanPart[]): LoadPlan {
  const stretches: Stretch[] = [];
  let nowMs = 0;
  for (const part of parts) {
    for (const [startRate, endRate, durationMs] of stretchesOf(part)) {
      stretches.push({ startMs: nowMs, endMs: nowMs + durationMs, startRate, endRate });
      nowMs += durationMs;
    }
  }
  return { text, stretches };
}

type Piece = readonly [startRate: number, endRate: number, durationMs: number];

function stretchesOf(part: PlanPart): readonly Piece[] {
  switch (part.kind) {
    case 'constant':
    case 'burst':
      return [[part.rate, part.rate, part.seconds * 1_000]];
    case 'idle':
      return [[0, 0, part.seconds * 1_000]];
    case 'ramp':
      return [[part.from, part.to, part.seconds * 1_000]];
    case 'steps':
      return part.rates.map((each) => [each, each, part.seconds * 1_000]);
    case 'on-off':
      return Array.from({ length: part.times }, (): readonly Piece[] => [
        [part.rate, part.rate, part.onSeconds * 1_000],
        [0, 0, part.offSeconds * 1_000],
      ]).flat();
    case 'day':
      return dayPieces(part.low, part.high, part.peaks);
    case 'trace':
      return tracePieces(part.points);
  }
}

/** A day from midnight to midnight, linear within each minute. */
function dayPieces(low: number, high: number, peaks: readonly number[]): Piece[] {
  const rateAt = (ms: number): number => {
    const wave = (1 + Math.cos((2 * Math.PI * (ms - SINUS_PEAK_HOUR * HOUR_MS)) / DAY_MS)) / 2;
    if (peaks.length === 0) return low + (high - low) * wave;
    const nearest = Math.min(
      ...peaks.map((hour) => {
        const apart = Math.abs(ms - hour * HOUR_MS);
        return Math.min(apart, DAY_MS - apart);
      }),
    );
    const peak = Math.exp(-((nearest / PEAK_DEVIATION_MS) ** 2) / 2);
    return low + (high - low) * Math.max(wave / 2, peak);
  };
  return Array.from({ length: DAY_MS / MINUTE_MS }, (_, minute) => [
    rateAt(minute * MINUTE_MS),
    rateAt((minute + 1) * MINUTE_MS),
    MINUTE_MS,
  ]);
}

function tracePieces(points: readonly (readonly [number, number])[]): Piece[] {
  return points.map(([second, each], index) => {
    const next = points[index + 1]?.[0] ?? 2 * second - points[index - 1]![0];
    return [each, each, (next - second) * 1_000];
  });
}
