import { rm } from 'node:fs/promises';
import type { LambdaContext } from 'hono/aws-lambda';
import {
  type Environment,
  loadConfig,
  type PublishedCorpus,
  publishCorpus,
  publishIfNotEmpty,
  Workspace,
} from '../../../config/index.ts';
import { asSragError, SragError } from '../../../core/index.ts';
import { privateFolder } from '../../../io/temporary/index.ts';
import {
  type FunctionSettings,
  functionEnvironment,
  functionSettings,
  openSearchOf,
  placeOf,
} from '../environment.ts';
import { invocation } from '../invocation.ts';
import { ready } from '../platform.ts';
import { stepError } from '../step-error.ts';
import type { Applied, UnreadDocument } from './apply.ts';
import { DocumentsPlace } from './documents-place.ts';
import { type IngestTask, ingestTask, type QueueMessage } from './event.ts';
import { InvocationLog, type PublishedIndex } from './invocation-log.ts';
import { type Applying, applyIsolated, isOwnFault } from './isolate.ts';
import { Lease } from './lease.ts';
import { MessageQueues } from './message-queues.ts';
import { type QueueReply, runQueue } from './run-queue.ts';
import { searchedKind } from './searched-kind.ts';
import { isTransient, withRetries } from './transient-fault.ts';

/** Reply to the Distributed Map. */
interface BatchReply {
  readonly documents: Applied['documents'];
  readonly failures: readonly UnreadDocument[];
}

/**
 * Duration of the lease: longer than indexing may block the event loop, so that it is renewed in time. After
 * a crash, the request is delivered again when the lease ends.
 */
const PUBLICATION_LEASE_SECONDS = 300;

type TaskOf<Kind extends IngestTask['kind']> = Extract<IngestTask, { readonly kind: Kind }>;
/** Context of an invocation. */
interface Work {
  readonly settings: FunctionSettings;
  readonly log: InvocationLog;
  /** Folder for temporary files, removed at the end. */
  readonly folder: string;
  /** Time left for the invocation. */
  readonly remainingMs: () => number;
}
/** The outcome of an invocation. */
interface Done {
  readonly reply: QueueReply | BatchReply | PublishedIndex;
  readonly unread: readonly UnreadDocument[];
  readonly index?: PublishedIndex | undefined;
  /** The cause of a failure that retrying cannot fix. */
  readonly fault?: unknown;
}

/** The handler: {@link ingest}. */
export const handler = invocation(ingest);

/**
 * `ingest`: ingests documents of the bucket into the corpus, and builds and publishes an index. All steps are
 * idempotent: a repetition leaves ingested documents unchanged, and does not build an index twice.
 * @throws an error with the name that the state machine expects, `Srag.CODE`; queue messages are then
 * delivered again, and finally dead-lettered.
 */
async function ingest(
  event: unknown,
  {
    awsRequestId: requestId,
    getRemainingTimeInMillis: remainingMs = () => Number.POSITIVE_INFINITY,
  }: Pick<LambdaContext, 'awsRequestId'> & Partial<Pick<LambdaContext, 'getRemainingTimeInMillis'>>,
): Promise<Done['reply']> {
  const settings = functionSettings();
  const log = await InvocationLog.open(settings, requestId);
  const folder = await privateFolder('ingest');
  try {
    const { reply, unread, index, fault } = await run(ingestTask(event), {
      settings,
      log,
      folder,
      remainingMs,
    });
    if (fault === undefined) log.succeeded(unread, index);
    else log.failed(fault);
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
  const workspace = await openWorkspace(functionEnvironment(), work);
  const queues = new MessageQueues(work.settings);
  try {
    if (task.kind === 'queue') return await ingestMessages(task, workspace, work, queues);
    if (task.kind === 'batch') return await ingestBatch(task, workspace, work);
    return await publishFor(task, workspace, work, queues);
  } finally {
    queues.close();
    await workspace.close();
  }
}

async function openWorkspace(environment: Environment, { folder, settings }: Work): Promise<Workspace> {
  const options = { opensearch: openSearchOf(settings), s3Vectors: settings.SRAG_S3_VECTORS };
  const loaded = await loadConfig({ cwd: folder, environment, options, file: false });
  // Sources are named after object keys, not after a project that happens to be above the temporary folder.
  return Workspace.open({ ...loaded, projectRoot: folder }, environment, folder);
}

/**
 * Ingests the documents of queue messages, then requests an index. Without a publication queue, it builds the
 * index itself.
 */
async function ingestMessages(
  task: TaskOf<'queue'>,
  workspace: Workspace,
  work: Work,
  queues: MessageQueues,
): Promise<Done> {
  let index: PublishedIndex | undefined;
  const publish = async (): Promise<void> => {
    if (!(await queues.requestPublication(workspace.config.collection)))
      index = await publishIfNotEmpty(workspace, publishOptions(work)).then(described);
  };
  const { reply, unread } = await runQueue(task, {
    ...applyingOf(workspace, work),
    queues,
    log: work.log,
    publish,
  });
  return { reply, unread, index };
}

/** Handles publication requests from the queue or the state machine. One new index satisfies all of them. */
async function publishFor(
  { messages }: TaskOf<'publish'>,
  workspace: Workspace,
  work: Work,
  queues: MessageQueues,
): Promise<Done> {
  if (messages.length === 0) {
    const index = described(await withRetries(() => publishCorpus(workspace, publishOptions(work))));
    return { reply: index, unread: [], index };
  }
  const lease = new Lease(queues, messages, PUBLICATION_LEASE_SECONDS);
  try {
    const published = await withRetries(() => publishIfNotEmpty(workspace, publishOptions(work)));
    await lease.end([]);
    return { reply: { batchItemFailures: [] }, unread: [], index: described(published) };
  } catch (error) {
    // If the error is not transient, a retry would fail in the same way.
    const areDeadLettered = !isTransient(error) && (await sendAllToDeadLetters(messages, workspace, queues));
    await lease.end(areDeadLettered ? [] : messages);
    if (!areDeadLettered) throw error;
    return { reply: { batchItemFailures: [] }, unread: [], fault: error };
  }
}

async function sendAllToDeadLetters(
  messages: readonly QueueMessage[],
  { config }: Workspace,
  queues: MessageQueues,
): Promise<boolean> {
  const done = await Promise.all(
    messages.map((message) => queues.sendToDeadLetters(message, config.collection).catch(() => false)),
  );
  return done.every(Boolean);
}

const publishOptions = (work: Work) => ({ firstKind: firstKind(work), replacesUntrusted: true });

function described(published: PublishedCorpus): PublishedIndex;
function described(published: PublishedCorpus | undefined): PublishedIndex | undefined;
function described(published: PublishedCorpus | undefined): PublishedIndex | undefined {
  if (published === undefined) return undefined;
  const { kind, version, chunks } = published.manifest;
  return { kind, version, chunks };
}

/**
 * Ingests a batch; the state machine publishes in its last step. After a transient fault, the whole batch
 * fails and is retried.
 */
async function ingestBatch(task: TaskOf<'batch'>, workspace: Workspace, work: Work): Promise<Done> {
  const applying = applyingOf(workspace, work);
  applying.place.checkBatch(task);
  const changes = task.keys.map((key) => ({ key, bucket: task.bucket, messages: [] }));
  const applied = await applyIsolated(applying, changes);
  if (applied.notStarted.length > 0)
    throw new SragError(
      'DEADLINE_EXCEEDED',
      `There was no time left for ${applied.notStarted.length} objects.`,
    );
  const unread = [...applied.unread];
  for (const missed of applied.missed) {
    if (isTransient(missed.error) || !(await isOwnFault(applying, applied, missed))) throw missed.error;
    unread.push({ key: missed.change.key, code: asSragError(missed.error).code });
  }
  return { reply: { documents: { ...applied.documents, failed: unread.length }, failures: unread }, unread };
}

const applyingOf = (workspace: Workspace, { settings, folder, remainingMs }: Work): Applying => ({
  ...{ workspace, folder, remainingMs },
  place: new DocumentsPlace(placeOf(settings).location, settings.SRAG_COLLECTION),
});

const firstKind =
  ({ settings, log }: Work) =>
  (): Promise<string> =>
    searchedKind(settings, (message, details) => log.warn(message, details));
