import { type JsonValue, type Metadata, SragError } from '../../core/index.ts';
import { tooComplex, tooLarge } from './faults.ts';
import type { LoadLimits } from './port.ts';

/** Values that are nested deeper may overflow the stack of recursive functions. */
export const MAX_METADATA_DEPTH = 32;
/** The title of a record is limited, because it is part of each of its chunks. */
const MAX_TITLE_CHARACTERS = 10_000;

/**
 * Checks metadata against the limits, because every index row contains it.
 * @throws FILE_TOO_LARGE, FILE_TOO_COSTLY
 */
export function checkMetadata(metadata: Metadata, { maxMetadataBytes }: LoadLimits): Metadata {
  checkDepth(metadata, 0);
  const sizeBytes = Buffer.byteLength(JSON.stringify(metadata));
  if (sizeBytes > maxMetadataBytes)
    throw tooLarge('The metadata', sizeBytes, maxMetadataBytes, 'maxMetadataBytes');
  return metadata;
}

function checkDepth(value: JsonValue, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === MAX_METADATA_DEPTH)
    throw tooComplex('The metadata is nested deeper than', MAX_METADATA_DEPTH);
  for (const item of Object.values(value)) checkDepth(item, depth + 1);
}

/** Checks the length of a record's title. @throws INVALID_RECORD */
export function checkTitle(title: string): string {
  if (title.length <= MAX_TITLE_CHARACTERS) return title;
  throw new SragError(
    'INVALID_RECORD',
    `The title has ${title.length} characters; the limit is ${MAX_TITLE_CHARACTERS}.`,
    { remedy: 'Move the rest of the title into the text.', fields: { limit: MAX_TITLE_CHARACTERS } },
  );
}
