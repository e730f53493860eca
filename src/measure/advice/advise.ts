import type { PriceTable } from '../../api/cost/index.ts';
import { candidatesOf } from './candidate.ts';
import { type CloseCall, closeCallOf } from './close-call.ts';
import type { Measurement } from './measurement.ts';
import { isSupported, missesOf } from './misses.ts';
import { type ModelError, modelError } from './model-error.ts';
import { Predictor } from './predictor.ts';
import { publishedS3Vectors } from './published.ts';
import { COST_NOISE, type Judged, rankedBy } from './rank.ts';
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
  const judged = await Promise.all(
    [...predictions, publishedS3Vectors(request)].map(async (prediction) => {
      const candidates = (await candidatesOf(prediction, request, prices)).filter(isSupported);
      // Only the best setting of a kind is shown.
      return rankedBy(
        candidates.map((one) => ({ ...one, misses: missesOf(one, request) })),
        error,
      ).slice(0, 1);
    }),
  );
  const ranked = rankedBy(judged.flat(), error);
  return {
    choices: ranked.map((one) => ({ ...one, reason: reasonOf(one, ranked[0]!) })),
    closeCall: closeCallOf(ranked, request, error),
    error,
    notes: notesOf(request, measurements),
  };
}

function reasonOf(one: Judged, first: Judged): string {
  if (one.misses.length > 0) return `${one.misses.map(({ text }) => text).join('; ')}.`;
  const usd = one.figures.usdPerMonth.value!;
  if (one === first) return `It costs least of those that meet every target: $${usd.toFixed(2)} a month.`;
  const more = usd - first.figures.usdPerMonth.value!;
  const p95 = `p95 is ${one.figures.p95Ms.value!.toFixed(0)} ms against ${first.figures.p95Ms.value!.toFixed(0)} ms`;
  return more > COST_NOISE * first.figures.usdPerMonth.value!
    ? `It costs $${more.toFixed(2)} a month more than ${first.kind}; ${p95}.`
    : `It costs about the same as ${first.kind}; ${p95}.`;
}

/** Languages whose keyword search was never measured. */
const UNMEASURED_LANGUAGES = ['zh', 'ja', 'th', 'ar', 'hi'];

function notesOf(
  { languages, hasFilters }: AdviceRequest,
  measurements: readonly Measurement[],
): readonly string[] {
  const unmeasured = languages.filter((language) => UNMEASURED_LANGUAGES.includes(language));
  return [
    ...(measurements.some(({ storage }) => storage === 's3')
      ? [
          'Indexes in S3 were measured behind the S3 model, OpenSearch on the machine itself: add the round trip to your server.',
        ]
      : []),
    ...(hasFilters
      ? [
          'Recall was measured without filters. Every kind filters inside the search; measure yours with: srag index validate',
        ]
      : []),
    ...(unmeasured.length > 0
      ? [
          `Keyword search in ${unmeasured.join(', ')} was never measured: use an embedder that knows the language.`,
        ]
      : []),
    ...(languages.length > 1 || languages.some((language) => language !== 'en')
      ? [
          'The choice of the embedder matters more than that of the index for languages other than English: srag compare --collections',
        ]
      : []),
  ];
}
