import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { buildIndex, type Environment, ingestInto, loadConfig, Workspace } from '../../config/index.ts';
import { SragError } from '../../core/index.ts';
import type { CorpusStore } from '../../corpus/index.ts';
import { DEFAULT_VALIDATION } from '../../indexes/index.ts';
import { type FunctionSettings, functionEnvironment, functionSettings } from '../environment.ts';
import { type DocumentChange, ingestTask } from './event.ts';

/** Below the location: the documents of each collection. */
const DOCUMENTS = 'documents';

/** The queue's reply: messages that failed are delivered again. */
interface QueueReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
/** The Distributed Map's reply. */
interface BatchReply {
  readonly documents: object;
  readonly failures: readonly object[];
}

/**
 * `ingest`: takes documents of the bucket into the corpus, and builds and publishes an index of it. Everything it does
 * may be done again: a document that is in the corpus already is unchanged.
 */
export async function handler(event: unknown): Promise<QueueReply | BatchReply | object> {
  const settings = functionSettings();
  const task = ingestTask(event);
  const folder = await mkdtemp(join(tmpdir(), 'ingest-'));
  try {
    const workspace = await openWorkspace(functionEnvironment(), folder);
    try {
      if (task.kind === 'publish') return await publish(workspace, settings);
      const applied = await apply(workspace, settings, folder, task.changes);
      if (task.kind === 'batch') return applied;
      const hasChanged = applied.changed > 0;
      if (hasChanged) await publish(workspace, settings);
      return { batchItemFailures: applied.missed.map((itemIdentifier) => ({ itemIdentifier })) };
    } finally {
      await workspace.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openWorkspace(environment: Environment, cwd: string): Promise<Workspace> {
  return Workspace.open(await loadConfig({ cwd, environment, options: {} }), environment, cwd);
}

/** Reads what was written into a folder and ingests it, and removes what was deleted. */
async function apply(
  workspace: Workspace,
  { SRAG_COLLECTION: collection }: FunctionSettings,
  folder: string,
  changes: readonly DocumentChange[],
) {
  const last = new Map(changes.map((change) => [change.key, change]));
  const prefix = `${DOCUMENTS}/${collection}/`;
  const missed: string[] = [];
  const found: string[] = [];
  const gone: string[] = [];
  for (const { key, kind, messageId } of last.values()) {
    const at = key.indexOf(prefix);
    if (at === -1) continue;
    const path = join(folder, key.slice(at + prefix.length));
    // A key may hold `..`: what would leave the folder is nobody's document.
    if (relative(folder, path).startsWith('..')) continue;
    const source = relative(folder, path);
    if (kind === 'deleted') {
      gone.push(source);
      continue;
    }
    try {
      const { bytes } = await workspace.storage.read(key.slice(at));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
      found.push(path);
    } catch (error) {
      // Deleted since: the message of that is on its way.
      if (error instanceof SragError && error.code === 'OBJECT_NOT_FOUND') gone.push(source);
      else if (messageId === undefined) throw error;
      else missed.push(messageId);
    }
  }
  const removed = await removeSources(workspace, gone);
  if (found.length === 0) return { documents: { removed }, failures: [], missed, changed: removed };
  const { report } = await ingestInto(workspace, found, { prune: false });
  const { added, updated } = report.documents;
  const documents = { ...report.documents, removed: report.documents.removed + removed };
  return { documents, failures: report.failures, missed, changed: added + updated + removed };
}

/** Deletes the documents of files that are gone; gives how many. */
async function removeSources(workspace: Workspace, sources: readonly string[]): Promise<number> {
  if (sources.length === 0) return 0;
  const corpus = await workspace.corpus(await workspace.collection());
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

/** Builds and publishes a version of the kind that the deployment searches. */
async function publish(workspace: Workspace, { SRAG_INDEX: index }: FunctionSettings): Promise<object> {
  const [kind = 'snapshot'] = index?.split('@', 1) ?? [];
  const { manifest } = await buildIndex(workspace, { kind, validation: DEFAULT_VALIDATION, publish: true });
  return { kind, version: manifest.version, chunks: manifest.chunks };
}
