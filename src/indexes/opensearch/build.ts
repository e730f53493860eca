import { anySignal, hasCode, SragError, searchedText } from '../../core/index.ts';
import { LexiconBuilder } from '../../documents/lexical/index.ts';
import { sleep } from '../../io/remote/index.ts';
import { LEXICON_FILE } from '../lexicon-object.ts';
import { plannedBuild } from '../planned-build.ts';
import type { BuildContext, IndexManifest, IndexParameters } from '../port.ts';
import { writeRows } from './bulk.ts';
import { OpenSearchClient } from './client.ts';
import { rowMapping, rowOf } from './documents.ts';
import { unexpectedAnswer } from './errors.ts';
import { type OpenSearchKind, SPACES } from './kinds.ts';
import { hashOf, indexName, writeRecord } from './layout.ts';
import { type ServerAbilities, serverAbilities } from './server.ts';
import { openSearchSettings } from './settings.ts';
import { sizeOf } from './size.ts';

/** Rows read at a time; they are written while the next ones are read. */
const BATCH_ROWS = 500;
/** Maximum time for administrative requests, which wait for the cluster. */
const ADMIN_MS = 60_000;
const POLL_MS = 500;
/** OpenSearch Serverless shows written rows after about 10 s. */
const VISIBLE_MS = 180_000;

/** Builds one version as an index of its own on the server, merged and closed to writes. */
export async function buildOpenSearchIndex(
  kind: OpenSearchKind,
  context: BuildContext,
): Promise<IndexManifest> {
  const { corpus, storage, prefix, signal } = context;
  const { settings } = corpus;
  const planned = await plannedBuild(kind, context);
  const client = new OpenSearchClient(openSearchSettings(context.servers));
  try {
    const server = await serverAbilities(client, kind.kind, signal);
    const index = indexName(client.settings.indexPrefix, settings.name, context.version);
    await writeRecord(storage, prefix, index);
    await createIndex(client, index, indexBody(kind, context, planned.buildParameters, server), signal);
    const { chunks, lexicon } = await copyChunks(client, index, context, planned.stats.chunks);
    await finishIndex(client, index, chunks, server, context);
    await storage.write(prefix + LEXICON_FILE, lexicon);
    return planned.manifest(chunks, server.isServerless ? undefined : await sizeOf(client, index, signal));
  } finally {
    client.close();
  }
}

function indexBody(
  kind: OpenSearchKind,
  { corpus }: BuildContext,
  parameters: IndexParameters,
  { isServerless, isDomain, engine }: ServerAbilities,
): object {
  const { dimensions, metric, fields } = corpus.settings;
  const isGraph = kind.field !== undefined;
  const field = isServerless ? { space_type: SPACES[metric] } : kind.field?.(metric, parameters, engine);
  const vector = dimensions === 0 ? {} : { v: { type: 'knn_vector', dimension: dimensions, ...field } };
  // Domains in three zones need replicas in each, so the number of replicas is left to their defaults.
  const replicas = isDomain ? {} : { auto_expand_replicas: '0-1' };
  const placement = { number_of_shards: parameters.shards, ...replicas, refresh_interval: '-1' };
  return {
    settings: {
      index: {
        knn: isGraph,
        ...(isServerless ? {} : placement),
        // The terms are srag's own. The default tokenizer limit would split terms of more than 255 characters.
        analysis: {
          tokenizer: { spaces: { type: 'whitespace', max_token_length: 1_024 } },
          analyzer: { terms: { type: 'custom', tokenizer: 'spaces' } },
        },
      },
    },
    mappings: {
      dynamic: 'strict',
      // These are only searched; hits need neither.
      _source: { excludes: ['v', 'terms'] },
      properties: { ...rowMapping(fields), ...vector },
    },
  };
}

async function createIndex(
  client: OpenSearchClient,
  index: string,
  body: object,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await client.send({
      method: 'PUT',
      path: `/${index}`,
      action: 'Creating the index',
      body,
      timeoutMs: ADMIN_MS,
      signal,
    });
  } catch (error) {
    // The name contains the random version, so the index was created by an attempt whose response was lost.
    if (hasCode(error, 'SEARCH_SERVER_FAILED') && error.fields.type === 'resource_already_exists_exception')
      return;
    if (!hasCode(error, 'SEARCH_SERVER_FAILED') || !error.upstream?.includes('knn')) throw error;
    throw new SragError('UNSUPPORTED', 'The server does not support vectors of this kind.', {
      remedy: 'Install the k-NN plugin (opensearch-knn) of the version of the server.',
      upstream: error.upstream,
      cause: error,
    });
  }
}

async function copyChunks(
  client: OpenSearchClient,
  index: string,
  { corpus, signal, onProgress }: BuildContext,
  total: number,
): Promise<{ chunks: number; lexicon: Uint8Array }> {
  const lexicon = new LexiconBuilder();
  const failed = new AbortController();
  const writeSignal = signal === undefined ? failed.signal : anySignal([signal, failed.signal]);
  let chunks = 0;
  let writing = Promise.resolve();
  try {
    for await (const batch of corpus.scan({ batchSize: BATCH_ROWS, withVectors: true, signal })) {
      for (const { chunk, terms } of batch) lexicon.add(searchedText(chunk), terms);
      const rows = batch.map((stored) => ({
        id: hashOf(stored.chunk.id),
        row: rowOf(stored, corpus.settings),
      }));
      await writing;
      onProgress?.({ stage: 'write', done: chunks, total });
      writing = writeRows(client, index, rows, writeSignal);
      // The rejection is handled when the promise is awaited.
      writing.catch(() => {});
      chunks += batch.length;
    }
    await writing;
  } catch (error) {
    // Rows that arrive after the clean-up would create the index again.
    failed.abort();
    await writing.catch(() => {});
    throw error;
  }
  return { chunks, lexicon: lexicon.build().toBytes() };
}

/** Makes all rows visible, merges them, and closes the index to writes. @throws VALIDATION_FAILED if rows are missing */
async function finishIndex(
  client: OpenSearchClient,
  index: string,
  chunks: number,
  { isServerless }: ServerAbilities,
  { signal, onProgress }: BuildContext,
): Promise<void> {
  const admin = (method: 'POST' | 'PUT' | 'GET', path: string, action: string, body?: object) =>
    client.send({ method, path, action, body, timeoutMs: ADMIN_MS, signal });
  if (!isServerless) {
    onProgress?.({ stage: 'merge', done: 0, total: 1 });
    await admin('POST', `/${index}/_refresh`, 'Refreshing');
    const merge = `/${index}/_forcemerge?max_num_segments=1&wait_for_completion=false`;
    const { json } = await admin('POST', merge, 'Merging');
    if (typeof json.task !== 'string') throw unexpectedAnswer('Merging', 'task');
    for (let isDone = false; !isDone; ) {
      await sleep(POLL_MS, signal);
      const { json: task } = await admin('GET', `/_tasks/${encodeURIComponent(json.task)}`, 'Merging');
      isDone = task.completed === true;
    }
    await admin('POST', `/${index}/_refresh`, 'Refreshing');
    await admin('PUT', `/${index}/_settings`, 'Closing the index to writes', { 'index.blocks.write': true });
  }
  const untilMs = performance.now() + (isServerless ? VISIBLE_MS : 0);
  for (;;) {
    const { json } = await admin('POST', `/${index}/_count`, 'Counting rows', {});
    if (json.count === chunks) return;
    if (performance.now() >= untilMs) {
      throw new SragError('VALIDATION_FAILED', `The index has ${json.count} rows instead of ${chunks}.`, {
        remedy: 'Nothing was published: build the index again.',
        fields: { rows: json.count, expected: chunks },
      });
    }
    await sleep(POLL_MS, signal);
  }
}
