/**
 * The parts of a snapshot index. Each is a run of bytes split into objects (segments) named `<section>-<number>.bin`.
 *
 * - `codes`: blocks of 32 rows: correction factors and bit planes
 * - `directory`: location of each block's records
 * - `records`: each row's int8 vector and text, stored together
 * - `leaves`: centroids of runs of rows
 * - `postings`: hashed buckets of terms with their rows
 * - `lengths`: number of terms per row
 * - `lexicon`: number of rows per term and n-gram, for re-scoring
 * - `columns`: the filterable fields, one after the other
 * - `ids`, `documents`: hashed buckets from chunk id and document id to rows
 */
export const SECTION_NAMES = [
  'codes',
  'directory',
  'records',
  'leaves',
  'postings',
  'lengths',
  'lexicon',
  'columns',
  'ids',
  'documents',
] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

/** Sizes of the segments of each section, in bytes. */
export type Sections = Readonly<Record<SectionName, readonly number[]>>;

/** Key of a segment, relative to the version's prefix. */
export const segmentKey = (section: SectionName, segment: number): string =>
  `${section}-${String(segment).padStart(4, '0')}.bin`;

/** Total bytes of a section. */
export const sectionBytes = (segments: readonly number[]): number =>
  segments.reduce((sum, size) => sum + size, 0);
