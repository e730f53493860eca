import { rm } from 'node:fs/promises';
import type { LambdaContext } from 'hono/aws-lambda';
import {
  type Environment,
  loadConfig,
  type PublishedCorpus,
  publishCorpus,
  publishIfBegun,
  Workspace,
} from '../../config/index.ts';
import { privateFolder } from '../../temporary/index.ts';
import { type FunctionSettings, functionEnvironment, functionSettings, placeOf } from '../environment.ts';
import { ready } from '../platform.ts';
import { stepError } from '../step-error.ts';
import { type Applied, applyChanges, type UnreadDocument } from './apply.ts';
import { DocumentsPlace } from './documents-place.ts';
import { type IngestTask, ingestTask } from './event.ts';
import { InvocationLog, type PublishedIndex } from './invocation-log.ts';
import { searchedKind } from './searched-kind.ts';

/** The queue's reply: messages that failed are delivered again. */
interface QueueReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
/** The Distributed Map's reply. */
interface BatchReply {
  readonly documents: Applied['documents'];
  readonly failures: readonly UnreadDocument[];
}

type TaskOf<Kind extends IngestTask['kind']> = Extract<IngestTask, { readonly kind: Kind }>;
/** What an invocation works with. */
interface Work {
  readonly settings: FunctionSettings;
  readonly log: InvocationLog;
  /** For files, removed at the end. */
  readonly folder: string;
}
/** What an invocation did. */
interface Done {
  readonly reply: QueueReply | BatchReply | PublishedIndex;
  readonly unread: readonly UnreadDocument[];
  readonly index?: PublishedIndex | undefined;
}

/**
 * `ingest`: takes documents of the bucket into the corpus, and builds and publishes an index of it. Everything it does
 * may be done again: a document that is in the corpus already is unchanged, and an index of it is not built twice.
 * @throws an error that is named as the state machine knows errors, `Srag.CODE`; messages of the queue are delivered
 * again then, and end among the dead letters.
 */
export async function handler(
  event: unknown,
  { awsRequestId: requestId }: Pick<LambdaContext, 'awsRequestId'>,
): Promise<Done['reply']> {
  const settings = functionSettings();
  const log = await InvocationLog.open(settings, requestId);
  const folder = await privateFolder('ingest');
  try {
    const { reply, unread, index } = await run(ingestTask(event), { settings, log, folder });
    log.succeeded(unread, index);
    return reply;
  } catch (error) {
    log.failed(error);
    throw stepError(error, requestId);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
ready();

async function run(task: IngestTask, work: Work): Promise<Done> {
  const workspace = await openWorkspace(functionEnvironment(), work.folder);
  try {
    if (task.kind === 'queue') return await runQueue(task, workspace, work);
    if (task.kind === 'batch') return await runBatch(task, workspace, work);
    const index = described(
      await publishCorpus(workspace, { firstKind: firstKind(work), replacesUntrusted: true }),
    );
    return { reply: index, unread: [], index };
  } finally {
    await workspace.close();
  }
}

async function openWorkspace(environment: Environment, folder: string): Promise<Workspace> {
  const loaded = await loadConfig({ cwd: folder, environment, options: {}, file: false });
  // Sources are keys: a project that happens to lie above the temporary folder must not name them.
  return Workspace.open({ ...loaded, projectRoot: folder }, environment, folder);
}

/** Messages that fail alone are named; everything else that fails makes all of them come again. */
async function runQueue(task: TaskOf<'queue'>, workspace: Workspace, work: Work): Promise<Done> {
  const place = documentsOf(work);
  const own = task.changes.filter(({ bucket, key }) => place.holds(bucket, key));
  const foreign = task.changes.filter((change) => !own.includes(change));
  const refused = [...task.unreadable, ...foreign.map(({ messageId }) => messageId)];
  const { unread, missed } = await applyChanges(workspace, place, work.folder, own);
  work.log.undone(missed, refused);
  const published = await publishIfBegun(workspace, { firstKind: firstKind(work), replacesUntrusted: true });
  const failed = [...refused, ...missed.map(({ messageId }) => messageId)];
  return {
    reply: { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) },
    unread,
    index: published && described(published),
  };
}

const described = ({ manifest: { kind, version, chunks } }: PublishedCorpus): PublishedIndex => ({
  kind,
  version,
  chunks,
});

/** Publishing is the state machine's last step. */
async function runBatch(task: TaskOf<'batch'>, workspace: Workspace, work: Work): Promise<Done> {
  const place = documentsOf(work);
  place.checkBatch(task);
  const changes = task.keys.map((key) => ({ key, kind: 'written' as const }));
  const { documents, unread } = await applyChanges(workspace, place, work.folder, changes);
  return { reply: { documents, failures: unread }, unread };
}

const documentsOf = ({ settings }: Work): DocumentsPlace =>
  new DocumentsPlace(placeOf(settings).location, settings.SRAG_COLLECTION);

const firstKind =
  ({ settings, log }: Work) =>
  (): Promise<string> =>
    searchedKind(settings, (message, details) => log.warn(message, details));
