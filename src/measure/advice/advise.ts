import type { PriceTable } from '../../api/cost/index.ts';
import { candidatesOf } from './candidate.ts';
import { type CloseCall, closeCallOf } from './close-call.ts';
import type { Measurement } from './measurement.ts';
import { isSupported, missesOf } from './misses.ts';
import { type ModelError, modelError } from './model-error.ts';
import { notesOf, tooLargeNote } from './notes.ts';
import { Predictor } from './predictor.ts';
import { publishedS3Vectors } from './published.ts';
import { COST_NOISE, costOf, type Judged, p95Of, rankedBy } from './rank.ts';
import { type AdviceRequest, checkRequest } from './request.ts';

/** A candidate in the order of preference. */
export interface Choice extends Judged {
  /** Why it is behind the first choice, or why it is the first, as a sentence. */
  readonly reason: string;
}

export interface Advice {
  /** Best first: those that meet all targets by cost, then the others by how far they are from their targets. */
  readonly choices: readonly Choice[];
  /** Set if measurements cannot tell the first two apart, or whether the first meets a target. */
  readonly closeCall: CloseCall | undefined;
  readonly error: ModelError;
  readonly notes: readonly string[];
}

/**
 * Ranks the index kinds for a purpose. Every figure is predicted from `measurements`, simulated under the load, or
 * priced.
 * @throws INVALID_ARGUMENT for a request outside its ranges
 */
export async function advise(
  request: AdviceRequest,
  measurements: readonly Measurement[],
  prices: PriceTable,
): Promise<Advice> {
  checkRequest(request);
  const predictor = new Predictor(measurements);
  const predictions = predictor.kinds(request).map((kind) => predictor.predict(kind, request)!);
  const error = modelError(measurements, prices);
  const candidates = await Promise.all(
    [...predictions, publishedS3Vectors(request)].map((prediction) =>
      candidatesOf(prediction, request, prices),
    ),
  );
  const tooLarge = candidates.filter(([one]) => !isSupported(one!));
  // Only the best setting of a kind is shown.
  const best = candidates.flatMap((settings) =>
    rankedBy(
      settings.filter(isSupported).map((one) => ({ ...one, misses: missesOf(one, request) })),
      error,
    ).slice(0, 1),
  );
  const ranked = rankedBy(best, error);
  return {
    choices: ranked.map((one) => ({ ...one, reason: reasonOf(one, ranked) })),
    closeCall: closeCallOf(ranked, request, error),
    error,
    notes: [...tooLarge.map(([one]) => tooLargeNote(one!)), ...notesOf(request, measurements)],
  };
}

function reasonOf(one: Judged, ranked: readonly Judged[]): string {
  const first = ranked[0]!;
  if (one.misses.length > 0) {
    const text = one.misses.map((miss) => miss.text).join('; ');
    const isStated = one.figures.recall.basis === 'published';
    return `${text}${isStated ? ' (as far as AWS states figures)' : ''}.`;
  }
  const usd = costOf(one);
  if (one === first) return firstReason(first, ranked);
  const more = usd - costOf(first);
  const p95 = `p95 is ${p95Of(one).toFixed(0)} ms against ${p95Of(first).toFixed(0)} ms`;
  return more > COST_NOISE * costOf(first)
    ? `It costs $${more.toFixed(2)} a month more than ${first.kind}; ${p95}.`
    : `It costs about the same as ${first.kind}; ${p95}.`;
}

function firstReason(first: Judged, ranked: readonly Judged[]): string {
  const usd = `$${costOf(first).toFixed(2)} a month`;
  const cheaper = ranked.find((one) => one.misses.length === 0 && costOf(one) < costOf(first));
  return cheaper === undefined
    ? `It costs least of those that meet every target: ${usd}.`
    : `It costs about as much as ${cheaper.kind}, the cheapest that meets every target, and its p95 is lower: ${usd}.`;
}
