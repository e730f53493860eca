import { asSragError, type SourceDocument } from '../../core/index.ts';
import type { LoadFailure } from '../../documents/loaders/index.ts';

/** The failure of one document of a file whose other documents are ingested. */
export function documentFailure(
  { id, source, isRecord }: Omit<SourceDocument, 'blocks'>,
  error: unknown,
): LoadFailure {
  const { code, message, remedy, upstream } = asSragError(error, 'INVALID_RECORD');
  return {
    path: source,
    source,
    documentId: id,
    code,
    message: isRecord ? `Record '${id}': ${message}` : message,
    remedy,
    upstream,
  };
}

/** The failure of a document whose id this ingest has already seen. */
export const duplicateId = (id: string, source: string): LoadFailure => ({
  path: source,
  source,
  documentId: id,
  code: 'DUPLICATE_ID',
  message: `Document id '${id}' occurs more than once in this ingest.`,
  remedy: 'Give every record a unique id.',
});
