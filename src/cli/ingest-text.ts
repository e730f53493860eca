import { printableLine } from '../core/index.ts';
import type { FieldMismatch } from '../corpus/ingest/index.ts';
import type { SkippedFiles } from '../documents/loaders/index.ts';

/** Warns that filters on a field do not match documents whose value has another type. */
export const mismatchText = ({ field, type, documents, example }: FieldMismatch): string =>
  `'${field}' is not a ${type} in ${documents} ${documents === 1 ? 'document' : 'documents'}, so filters on it skip ${documents === 1 ? 'it' : 'them'}; for example ${example.documentId}: ${example.value}`;

/** Maximum number of names in a line. */
const MAX_NAMES = 5;

/** Summarises skipped files; '' if none were skipped or the user excluded them. */
export function skippedText({ unknownFormat, unknownFormatFiles, links, special }: SkippedFiles): string {
  const counts = [
    [unknownFormat, `of unknown formats (${namesText(unknownFormatFiles, unknownFormat)})`],
    [links, 'symbolic links out of the folder (--follow-links includes them)'],
    [special, 'FIFOs, sockets or devices'],
  ] as const;
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return parts.length === 0 ? '' : `Skipped: ${parts.join(', ')}`;
}

/** The first few names, and how many more there are. */
function namesText(names: readonly string[], count: number): string {
  const shown = names.slice(0, MAX_NAMES).map(printableLine);
  return [...shown, ...(count > shown.length ? [`${count - shown.length} more`] : [])].join(', ');
}
