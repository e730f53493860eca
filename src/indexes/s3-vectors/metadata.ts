import { type Chunk, type CollectionSettings, type JsonValue, SragError } from '../../core/index.ts';
import { fieldValues } from '../../corpus/index.ts';

/** Limits of S3 Vectors. */
const MAX_KEYS = 50;
const MAX_METADATA_BYTES = 2_048;
const MAX_DIMENSIONS = 4_096;

/** Metadata key of a filterable field. The prefix keeps fields apart from operators, which begin with `$`. */
export const metadataKey = (field: string): string => `_${field}`;

/** Checks, before any work, that vectors of the collection can be stored. @throws UNSUPPORTED */
export function checkStorable({ dimensions, fields }: CollectionSettings): void {
  const count = Object.keys(fields).length;
  if (dimensions > MAX_DIMENSIONS)
    throw tooLarge(`The vectors have ${dimensions} dimensions`, `${MAX_DIMENSIONS}`);
  if (count > MAX_KEYS)
    throw tooLarge(`The collection has ${count} filterable fields`, `${MAX_KEYS} per vector`);
}

/** The filterable metadata of a chunk as JSON. @throws UNSUPPORTED if it is larger than S3 Vectors accepts */
export function vectorMetadata({ id, metadata }: Chunk, { fields }: CollectionSettings): string {
  const values = Object.entries(fieldValues(metadata, fields)).filter(([, value]) => hasValue(value));
  const text = JSON.stringify(
    Object.fromEntries(values.map(([name, value]) => [metadataKey(name), wellFormed(value)])),
  );
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_METADATA_BYTES)
    throw tooLarge(
      `The filterable metadata of chunk '${id}' has ${bytes} bytes`,
      `${MAX_METADATA_BYTES} bytes`,
    );
  return text;
}

/** A missing value and an empty list match the same filters. */
const hasValue = (value: JsonValue): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

function wellFormed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(wellFormed);
  return typeof value === 'string' ? value.toWellFormed() : value;
}

const tooLarge = (what: string, most: string): SragError =>
  new SragError('UNSUPPORTED', `${what}; S3 Vectors accepts at most ${most}.`, {
    remedy:
      'Use fewer or shorter fields or an embedder with fewer dimensions, or build another kind, such as snapshot.',
    fields: { kind: 's3-vectors' },
  });
