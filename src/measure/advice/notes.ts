import type { Candidate } from './candidate.ts';
import type { Measurement } from './measurement.ts';
import type { AdviceRequest } from './request.ts';

/** Languages whose keyword search was never measured. */
const UNMEASURED_LANGUAGES = ['zh', 'ja', 'th', 'ar', 'hi'];

/** A kind that is not ranked because no function has the memory that it needs. */
export const tooLargeNote = ({ kind, memoryMb }: Candidate): string =>
  `${kind} is left out: it would need ${(memoryMb / 1_024).toFixed(0)} GB of memory, and a function has at most 10 GB.`;

/** Caveats for readers of the advice, as sentences. */
export function notesOf(
  { languages, hasFilters }: AdviceRequest,
  measurements: readonly Measurement[],
): readonly string[] {
  const unmeasured = languages.filter((language) => UNMEASURED_LANGUAGES.includes(language));
  const notes = [
    measurements.some(({ storage }) => storage === 'file')
      ? 'The measurements are of indexes in files. A function reads its index from S3, which takes longer.'
      : 'Indexes in S3 were measured behind the S3 model, OpenSearch on the machine itself: add the round trip to your server.',
  ];
  if (hasFilters)
    notes.push(
      'Recall was measured without filters. Every kind filters inside the search; measure yours with: srag index validate',
    );
  if (unmeasured.length > 0)
    notes.push(
      `Keyword search in ${unmeasured.join(', ')} was never measured: use an embedder that knows the language.`,
    );
  if (languages.some((language) => language !== 'en'))
    notes.push(
      'For languages other than English, the choice of the embedder matters more than that of the index: srag compare --collections',
    );
  return notes;
}
