import { ingestInto, type Workspace } from '../../../config/index.ts';
import type { ErrorCode } from '../../../core/index.ts';
import { type CorpusStore, readCollection } from '../../../corpus/index.ts';
import type { DocumentsPlace } from './documents-place.ts';
import type { ObjectChange } from './event.ts';
import type { FetchedObject } from './fetch-objects.ts';

/** A document, or one record of a file, that cannot be ingested even if it is retried. */
export interface UnreadDocument {
  /** Key of the object in its bucket. */
  readonly key: string;
  /** Line of the record in its dataset. */
  readonly line?: number;
  readonly code: ErrorCode;
}

/** A change that failed in this attempt; a later one may succeed. */
export interface MissedChange {
  readonly change: ObjectChange;
  readonly error: unknown;
  /** Whether the change failed because its object could not be read. */
  readonly isUnfetched: boolean;
}

/** Numbers of documents by outcome. */
type IngestedDocuments = Awaited<ReturnType<typeof ingestInto>>['report']['documents'];

/** The outcome of applying changes. */
export interface Applied {
  readonly documents: IngestedDocuments;
  readonly unread: readonly UnreadDocument[];
  readonly missed: readonly MissedChange[];
}

export const NO_DOCUMENTS: IngestedDocuments = { added: 0, updated: 0, removed: 0, unchanged: 0, failed: 0 };

/**
 * Ingests the files of objects into the collection, and removes the documents of deleted objects.
 * @throws errors of the corpus and the embedder, after which all of the work must be repeated.
 */
export async function applyFetched(
  workspace: Workspace,
  place: DocumentsPlace,
  fetched: readonly FetchedObject[],
): Promise<Applied> {
  const paths = fetched.flatMap((each) => (each.kind === 'file' ? each.path : []));
  const gone = fetched.flatMap((each) => (each.kind === 'gone' ? each.source : []));
  const removed = await removeSources(workspace, gone);
  const report =
    paths.length === 0
      ? { documents: NO_DOCUMENTS, failures: [] }
      : (await ingestInto(workspace, paths, { prune: false })).report;
  const unread = [
    ...fetched.flatMap((each): UnreadDocument[] =>
      each.kind === 'unreadable' ? [{ key: each.change.key, code: each.code }] : [],
    ),
    ...report.failures.map(({ path, source, code }): UnreadDocument => {
      const line = Number(path.slice(source.length + 1));
      return {
        key: place.keyOf(source),
        line: path.startsWith(`${source}:`) && line > 0 ? line : undefined,
        code,
      };
    }),
  ];
  return {
    documents: {
      ...report.documents,
      removed: report.documents.removed + removed,
      failed: unread.length,
    },
    unread,
    missed: fetched.flatMap((each): MissedChange[] =>
      each.kind === 'missed' ? [{ change: each.change, error: each.error, isUnfetched: true }] : [],
    ),
  };
}

/** Deletes the documents of deleted files; returns their number. */
async function removeSources(workspace: Workspace, sources: readonly string[]): Promise<number> {
  if (sources.length === 0) return 0;
  const settings = await readCollection(workspace.storage, workspace.config.collection);
  // Nothing was ever ingested, so there is nothing to remove.
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
