import { ingestInto, type Workspace } from '../../../config/index.ts';
import type { ErrorCode } from '../../../core/index.ts';
import { type CorpusStore, readCollection } from '../../../corpus/index.ts';
import type { DocumentsPlace } from './documents-place.ts';
import type { ObjectChange } from './event.ts';
import type { FetchedObject } from './fetch-objects.ts';

/** A document, or one record of a file, that was not taken and will not be: trying again would change nothing. */
export interface UnreadDocument {
  /** The object's, in its bucket. */
  readonly key: string;
  /** Of a file of records: which one. */
  readonly line?: number;
  readonly code: ErrorCode;
}

/** A change that could not be applied now. */
export interface MissedChange {
  readonly change: ObjectChange;
  readonly error: unknown;
  /** Whether the object itself could not be read. */
  readonly isUnfetched: boolean;
}

/** Documents by what became of them. */
type IngestedDocuments = Awaited<ReturnType<typeof ingestInto>>['report']['documents'];

/** What became of changes. */
export interface Applied {
  readonly documents: IngestedDocuments;
  readonly unread: readonly UnreadDocument[];
  readonly missed: readonly MissedChange[];
}

export const NO_DOCUMENTS: IngestedDocuments = { added: 0, updated: 0, removed: 0, unchanged: 0, failed: 0 };

/**
 * Ingests files of objects into the collection, and removes the documents of objects that are gone.
 * @throws faults of the corpus and the embedder: all of it is to be done again then.
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
        ...(path.startsWith(`${source}:`) && line > 0 ? { line } : {}),
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
