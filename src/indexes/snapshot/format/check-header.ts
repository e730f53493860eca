import type { FieldType } from '../../../core/index.ts';
import { damaged } from './damage.ts';
import { keyDirectoryBytes } from './key-buckets.ts';
import {
  blockCount,
  codeStride,
  DIRECTORY_ENTRY_BYTES,
  leafTableBytes,
  MAX_DIMENSIONS,
  paddedDimensions,
} from './layout.ts';
import type { ColumnPlace, SnapshotHeader, SnapshotOpening, VectorSettings } from './opening.ts';
import { recordBytes } from './records.ts';
import { SECTION_NAMES, sectionBytes } from './sections.ts';

const MAX_ROWS = 100_000_000;
/** Maximum size of an object. Writers create none that is larger, so a header that claims one is damaged. */
const MAX_SEGMENT_BYTES = 2 ** 31;
const MAX_SEED = 2 ** 32;
const MIN_COLUMN_BYTES = 16;
/** Parameters required by every search; newer writers may add others. */
const QUERY_PARAMETERS = ['nprobes', 'window', 'rerank'];
const TYPES: readonly FieldType[] = ['string', 'number', 'boolean', 'string[]'];

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Whether the stated sizes of the tables after the header's JSON are whole numbers from 0. */
export const areTableSizes = (
  tables: unknown,
): tables is { mean: number; symbols: number; buckets: number } =>
  isObject(tables) && [tables.mean, tables.symbols, tables.buckets].every(isCount);

/**
 * Checks, before memory is allocated, that a header's parts agree; a valid checksum does not guarantee it.
 */
export function checkHeader(header: SnapshotHeader): void {
  if (!isObject(header)) throw wrong('is not an object');
  const { buildId, rows, sections, vectors, lexical, columns, collection, queryParameters } = header;
  if (typeof buildId !== 'string' || !/^[0-9a-f]{32}$/.test(buildId)) throw wrong('has no build id');
  if (!isCount(rows) || rows > MAX_ROWS) throw wrong(`claims ${rows} rows`);
  for (const name of SECTION_NAMES) {
    const segments = sections?.[name];
    const areSizes =
      Array.isArray(segments) && segments.every((size) => isCount(size) && size <= MAX_SEGMENT_BYTES);
    if (!areSizes) throw wrong(`does not contain the locations of ${name}`);
  }
  const hasSettings = typeof collection?.name === 'string' && isCount(collection.dimensions);
  if (!hasSettings || !Array.isArray(columns)) throw wrong('lacks its settings');
  const given: unknown[] = isObject(queryParameters)
    ? QUERY_PARAMETERS.map((name) => queryParameters[name])
    : [];
  if (given.length === 0 || !given.every(isCount)) throw wrong('has invalid query parameters');
  const columnsBytes = sectionBytes(sections.columns);
  if (!columns.every((column) => isPlace(column, columnsBytes))) throw wrong('has invalid filter columns');
  if (sectionBytes(sections.directory) !== blockCount(rows) * DIRECTORY_ENTRY_BYTES)
    throw wrong('has a directory of the wrong size');
  const dimensions = vectors === undefined ? 0 : checkVectors(header, vectors);
  if (dimensions !== collection.dimensions) throw wrong('has contradictory dimensions');
  if (rows === 0) return;
  if (sectionBytes(sections.records) < rows * recordBytes(paddedDimensions(dimensions), 0))
    throw wrong('has too few records');
  const keysBytes = keyDirectoryBytes(rows);
  if (sectionBytes(sections.ids) < keysBytes || sectionBytes(sections.documents) < keysBytes)
    throw wrong('has tables of ids of the wrong size');
  if (lexical === undefined) return;
  if (!isObject(lexical) || !Number.isFinite(lexical.averageTerms) || lexical.averageTerms < 0)
    throw wrong('has invalid lexical settings');
  if (sectionBytes(sections.lengths) !== 4 + 2 * rows) throw wrong('has lengths of the wrong size');
}

/** Checks that the tables after the header's JSON match its settings. */
export function checkTables({ header, mean, bucketBytes }: SnapshotOpening): void {
  const { vectors, rows, sections } = header;
  if (mean.length !== (vectors === undefined || rows === 0 ? 0 : paddedDimensions(vectors.dimensions)))
    throw wrong('has a mean of the wrong size');
  const postings = bucketBytes.reduce((sum, size) => sum + size, 0);
  if (postings !== sectionBytes(sections.postings)) throw wrong('has postings of the wrong size');
}

/** Checks the vector settings and returns the dimensions. */
function checkVectors({ rows, sections }: SnapshotHeader, vectors: VectorSettings): number {
  if (!isObject(vectors)) throw wrong('has invalid vector settings');
  const { dimensions, codeBits, rotationSeed, factorLow, factorStep, estimateError, leafRows } = vectors;
  const isSane =
    isCount(dimensions) &&
    dimensions > 0 &&
    dimensions <= MAX_DIMENSIONS &&
    isCount(leafRows) &&
    leafRows > 0 &&
    leafRows <= MAX_ROWS + 32 &&
    leafRows % 32 === 0 &&
    isCount(codeBits) &&
    codeBits >= 1 &&
    codeBits <= 8 &&
    isCount(rotationSeed) &&
    rotationSeed < MAX_SEED &&
    Number.isFinite(factorLow) &&
    Number.isFinite(factorStep) &&
    Number.isFinite(estimateError);
  if (!isSane) throw wrong('has invalid vector settings');
  if (sectionBytes(sections.codes) !== blockCount(rows) * codeStride(dimensions, codeBits))
    throw wrong('has codes of the wrong size');
  const leaves = Math.ceil(rows / leafRows);
  const leavesBytes = leafTableBytes(leaves, paddedDimensions(dimensions));
  if (sectionBytes(sections.leaves) !== (rows === 0 ? 0 : leavesBytes))
    throw wrong('has leaves of the wrong size');
  return dimensions;
}

const isPlace = (column: ColumnPlace, sectionSize: number): boolean =>
  isObject(column) &&
  typeof column.name === 'string' &&
  TYPES.includes(column.type) &&
  isCount(column.offset) &&
  isCount(column.sizeBytes) &&
  column.sizeBytes >= MIN_COLUMN_BYTES &&
  column.offset + column.sizeBytes <= sectionSize;

const wrong = (problem: string): Error => damaged('the header', problem);
