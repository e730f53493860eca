import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type ErrorCode, SragError } from '../../../core/index.ts';
import { mapConcurrently } from '../../../io/remote/index.ts';
import type { ObjectStorage } from '../../../io/storage/index.ts';
import type { DocumentsPlace } from './documents-place.ts';
import type { ObjectChange } from './event.ts';
import { withRetries } from './transient-fault.ts';

const AT_ONCE = 10;
/** Time limit for one object including retries, because later objects in the queue wait for it. */
const MOST_MS = 20_000;

/** The outcome of fetching an object. */
export type FetchedObject = { readonly change: ObjectChange } & (
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'gone'; readonly source: string }
  /** The object's key can never be stored as a file. */
  | { readonly kind: 'unreadable'; readonly code: ErrorCode }
  | { readonly kind: 'missed'; readonly error: unknown }
);

/** Downloads the current state of objects into a folder. Folder markers of the S3 console are skipped. */
export async function fetchObjects(
  storage: ObjectStorage,
  place: DocumentsPlace,
  folder: string,
  changes: readonly ObjectChange[],
): Promise<FetchedObject[]> {
  const documents = changes.filter(({ key }) => {
    const { source } = place.object(key);
    return source !== '' && !source.endsWith('/');
  });
  return mapConcurrently(documents, AT_ONCE, (change) => fetchObject(storage, place, folder, change));
}

async function fetchObject(
  storage: ObjectStorage,
  place: DocumentsPlace,
  folder: string,
  change: ObjectChange,
): Promise<FetchedObject> {
  const { source, key } = place.object(change.key);
  const signal = AbortSignal.timeout(MOST_MS);
  try {
    const { bytes } = await withRetries(() => storage.read(key, { signal }));
    return { change, kind: 'file', path: await writeInto(folder, source, bytes) };
  } catch (error) {
    if (signal.aborted) return { change, kind: 'missed', error: tooSlow(key, error) };
    const code = error instanceof SragError ? error.code : faultOfFile(error);
    if (code === 'OBJECT_NOT_FOUND') return { change, kind: 'gone', source };
    if (code === 'INVALID_ARGUMENT' || code === 'FILE_UNREADABLE')
      return { change, kind: 'unreadable', code };
    return { change, kind: 'missed', error };
  }
}

const tooSlow = (key: string, cause: unknown): SragError =>
  new SragError('DEADLINE_EXCEEDED', `'${key}' was not read within ${MOST_MS / 1_000} s.`, { cause });

/** @throws INVALID_ARGUMENT for a key that leads out of the folder, and errors of the file system */
async function writeInto(folder: string, source: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, source);
  if (relative(folder, path).startsWith('..'))
    throw new SragError('INVALID_ARGUMENT', 'The key of the object leads out of the collection.');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/**
 * The error code if the document's name causes the error (too long, or the name of a folder); undefined for
 * other errors, such as a full disk.
 */
const faultOfFile = (error: unknown): ErrorCode | undefined =>
  ['ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EINVAL'].includes(
    String((error as NodeJS.ErrnoException).code),
  )
    ? 'FILE_UNREADABLE'
    : undefined;
