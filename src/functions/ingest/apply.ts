import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ingestInto, type Workspace } from '../../config/index.ts';
import { type ErrorCode, SragError } from '../../core/index.ts';
import { type CorpusStore, readCollection } from '../../corpus/index.ts';
import type { DocumentsPlace } from './documents-place.ts';
import type { ObjectChange } from './event.ts';

/** A document, or one record of a file, that was not taken and will not be: trying again would change nothing. */
export interface UnreadDocument {
  /** The object's, in its bucket. */
  readonly key: string;
  /** Of a file of records: which one. */
  readonly line?: number;
  readonly code: ErrorCode;
}

/** An object that could not be fetched now; its message is to come again. */
export interface MissedObject {
  readonly key: string;
  readonly code: ErrorCode;
  readonly messageId: string;
}

/** Documents by what became of them. */
type IngestedDocuments = Awaited<ReturnType<typeof ingestInto>>['report']['documents'];

/** What became of changes. */
export interface Applied {
  readonly documents: IngestedDocuments;
  readonly unread: readonly UnreadDocument[];
  readonly missed: readonly MissedObject[];
}

/**
 * Reads what was written into a folder and ingests it, and removes what was deleted. Every change must be of this place.
 * @throws faults of the storage where no message would come again for it; of the corpus and the embedder.
 */
export async function applyChanges(
  workspace: Workspace,
  place: DocumentsPlace,
  folder: string,
  changes: readonly ObjectChange[],
): Promise<Applied> {
  const fetched = await fetchObjects(workspace, place, folder, changes);
  const removed = await removeSources(workspace, fetched.gone);
  const none = { added: 0, updated: 0, removed: 0, unchanged: 0, failed: 0 };
  const report =
    fetched.paths.length === 0
      ? { documents: none, failures: [] }
      : (await ingestInto(workspace, fetched.paths, { prune: false })).report;
  const failed = report.failures.map(({ path, source, code }): UnreadDocument => {
    const line = Number(path.slice(source.length + 1));
    return { key: place.keyOf(source), ...(path.startsWith(`${source}:`) && line > 0 ? { line } : {}), code };
  });
  const unread = [...fetched.unread, ...failed];
  return {
    documents: {
      ...report.documents,
      removed: report.documents.removed + removed,
      failed: unread.length,
    },
    unread,
    missed: fetched.missed,
  };
}

async function fetchObjects(
  workspace: Workspace,
  place: DocumentsPlace,
  folder: string,
  changes: readonly ObjectChange[],
) {
  const paths: string[] = [];
  const gone: string[] = [];
  const unread: UnreadDocument[] = [];
  const missed: MissedObject[] = [];
  // Objects are read as they are now, so that the last change of one stands for all.
  for (const change of new Map(changes.map((each) => [each.key, each])).values()) {
    const { key, kind, messageId } = change;
    const { source, key: stored } = place.object(key);
    // A console's marker of a folder is nobody's document.
    if (source === '' || source.endsWith('/')) continue;
    if (kind === 'deleted') {
      gone.push(source);
      continue;
    }
    try {
      const { bytes } = await workspace.storage.read(stored);
      paths.push(await writeInto(folder, source, bytes));
    } catch (error) {
      const code = error instanceof SragError ? error.code : faultOfFile(error);
      // Deleted since: the message of that is on its way.
      if (code === 'OBJECT_NOT_FOUND') gone.push(source);
      // The name is such that it cannot be read, today or tomorrow.
      else if (code === 'INVALID_ARGUMENT' || code === 'FILE_UNREADABLE') unread.push({ key, code });
      else if (code === undefined || messageId === undefined) throw error;
      else missed.push({ key, code, messageId });
    }
  }
  return { paths, gone, unread, missed };
}

/** @throws INVALID_ARGUMENT for a name that leads out of the folder; the system's error */
async function writeInto(folder: string, source: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, source);
  if (relative(folder, path).startsWith('..'))
    throw new SragError('INVALID_ARGUMENT', 'The key of the object leads out of the collection.');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** Names too long for a file, and a file where a folder of that name is: the document's fault. A full disk is not. */
const faultOfFile = (error: unknown): ErrorCode | undefined =>
  ['ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EINVAL'].includes(
    String((error as NodeJS.ErrnoException).code),
  )
    ? 'FILE_UNREADABLE'
    : undefined;

/** Deletes the documents of files that are gone; gives how many. */
async function removeSources(workspace: Workspace, sources: readonly string[]): Promise<number> {
  if (sources.length === 0) return 0;
  const settings = await readCollection(workspace.storage, workspace.config.collection);
  // Nothing was ever ingested: there is nothing to remove.
  if (settings === undefined) return 0;
  const corpus = await workspace.corpus(settings);
  const ids = await documentsOf(corpus, new Set(sources));
  await corpus.deleteDocuments(ids);
  return ids.length;
}

async function documentsOf(corpus: CorpusStore, sources: ReadonlySet<string>): Promise<string[]> {
  const ids: string[] = [];
  for await (const documents of corpus.documents())
    for (const { id, source } of documents) if (sources.has(source)) ids.push(id);
  return ids;
}
