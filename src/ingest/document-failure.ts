import { asSragError, type SourceDocument } from '../core/index.ts';
import type { LoadFailure } from '../loaders/index.ts';

/** The failure of one document of a file, whose other documents are taken. */
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
    ...(remedy === undefined ? {} : { remedy }),
    ...(upstream === undefined ? {} : { upstream }),
  };
}
