import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryCorpus } from '../../../../src/corpus/memory/store.ts';
import { IndexCatalogue } from '../../../../src/indexes/index.ts';
import { openStorage } from '../../../../src/io/storage/index.ts';
import { testDocument, testSettings } from '../../../support/chunks.ts';
import { type LocalServer, type RecordedRequest, startHttpServer } from '../../../support/http-server.ts';
import { TEST_CREDENTIALS } from '../../../support/signature.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const ROWS = 300;

/** What a scripted server does differently from one that accepts everything. */
interface Script {
  readonly version?: object;
  readonly creation?: { readonly status: number; readonly body: object };
  /** Returns the status of one row, by the number of the request and the position of the row in it. */
  readonly rowStatus?: (request: number, row: number) => number;
  /** Maximum bytes of a request; larger ones get 413 without a body. */
  readonly maxBytes?: number;
  /** Number of initial bulk requests that are rejected as a whole. */
  readonly rejectedBulks?: number;
  /** Milliseconds before a bulk request is answered. */
  readonly bulkMs?: number;
  /** Number of count requests whose response does not include the written rows yet. */
  readonly hiddenCounts?: number;
}

let server: LocalServer | undefined;
let script: Script;
let written: Set<string>;
beforeEach(() => {
  script = {};
  written = new Set();
});
afterEach(() => server?.stop());

/** Answers as OpenSearch does, as far as builds need it. */
function scriptedServer(): Promise<LocalServer> {
  let bulks = 0;
  let counts = 0;
  return startHttpServer(async (request, response) => {
    const { method, path } = request;
    if (method === 'GET' && path === '/')
      return send(response, 200, {
        version: script.version ?? { distribution: 'opensearch', number: '3.6.0' },
      });
    if (path.includes('/_bulk')) {
      if (script.bulkMs !== undefined) await new Promise((done) => setTimeout(done, script.bulkMs));
      if (bulks < (script.rejectedBulks ?? 0)) {
        bulks += 1;
        return send(response, 429, { error: { type: 'circuit_breaking_exception' } });
      }
      if (request.bytes.length > (script.maxBytes ?? Number.POSITIVE_INFINITY))
        return void response.writeHead(413).end();
      return send(response, 200, { items: itemsOf(request, bulks++) });
    }
    if (path.endsWith('/_count'))
      return send(response, 200, { count: counts++ < (script.hiddenCounts ?? 0) ? 0 : written.size });
    if (path.includes('/_forcemerge')) return send(response, 200, { task: 'node:1' });
    if (path === '/_tasks/node:1') return send(response, 200, { completed: true });
    if (path.endsWith('/_stats/store'))
      return send(response, 200, { _all: { primaries: { store: { size_in_bytes: 9 } } } });
    const { status, body } = (method === 'PUT' && !path.endsWith('/_settings') && script.creation) || {
      status: 200,
      body: { acknowledged: true },
    };
    return send(response, status, body);
  });
}

const send = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

function itemsOf({ body }: RecordedRequest, number: number): object[] {
  const lines = body.trimEnd().split('\n');
  const ids = lines.filter((_, index) => index % 2 === 0).map((line) => JSON.parse(line).index._id as string);
  return ids.map((id, row) => {
    const status = script.rowStatus?.(number, row) ?? 201;
    if (status < 300) written.add(id);
    return {
      index: { status, ...(status < 300 ? {} : { error: { type: 'some_exception', reason: 'why' } }) },
    };
  });
}

/** Starts a build. If `failure` is given, the corpus fails with it after its first batch. */
async function build(kind: string, settings: object = {}, aws?: object, failure?: Error) {
  server = await scriptedServer();
  const corpus = new MemoryCorpus(testSettings(4));
  const documents = Array.from({ length: ROWS }, (_, row) =>
    testDocument(`d${row}`, { chunks: 1, dimensions: 4 }),
  );
  await corpus.write(documents);
  const location = { kind: 'file', path: await temporaryFolder() } as const;
  const storage = await openStorage(location);
  const servers = {
    settings: { opensearch: { url: server.url, ...settings } },
    ...(aws && { aws }),
  };
  const catalogue = new IndexCatalogue(storage, { location }, 'test', { servers });
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of storage.list('')) found.push(key);
    return found;
  };
  if (failure !== undefined) {
    const { scan } = corpus;
    corpus.scan = async function* (options) {
      yield* scan.call(corpus, options);
      throw failure;
    };
  }
  return { keys, manifest: catalogue.build(corpus, { kind }) };
}

const requests = (method: string, part: string) =>
  server!.requests.filter((request) => request.method === method && request.path.includes(part));

describe('building an opensearch index', () => {
  it('sends rows again that the server rejects while it is overloaded, and only those', async () => {
    script = { rowStatus: (request, row) => (request === 0 && row % 3 === 0 ? 429 : 201) };
    const { manifest } = await build('opensearch-hnsw');
    expect((await manifest).chunks).toBe(ROWS);
    expect(written.size).toBe(ROWS);
    const sizes = requests('POST', '/_bulk').map(({ body }) => body.trimEnd().split('\n').length / 2);
    expect(sizes).toEqual([ROWS, ROWS / 3]);
  });

  it('waits and sends all rows again if the server rejects a whole request', async () => {
    script = { rejectedBulks: 3 };
    const { manifest } = await build('opensearch-hnsw', { attempts: 1 });
    expect((await manifest).chunks).toBe(ROWS);
    expect(written.size).toBe(ROWS);
  });

  it('sends no rows after the clean-up if reading the corpus fails meanwhile', async () => {
    script = { bulkMs: 300 };
    const { manifest, keys } = await build('opensearch-hnsw', {}, undefined, new Error('disk'));
    await expect(manifest).rejects.toThrow('disk');
    const count = server!.requests.length;
    expect(server!.requests.at(-1)!.method).toBe('DELETE');
    await new Promise((done) => setTimeout(done, 800));
    expect(server!.requests).toHaveLength(count);
    expect(await keys()).toEqual([]);
  });

  it('sends smaller requests to a server that accepts only smaller ones', async () => {
    script = { maxBytes: 20_000 };
    const { manifest } = await build('opensearch-hnsw');
    expect((await manifest).build.sizeBytes).toBe(9);
    expect(written.size).toBe(ROWS);
  });

  it('fails if the server refuses a row, deletes the index, and leaves nothing behind', async () => {
    script = { rowStatus: (_, row) => (row === 7 ? 400 : 201) };
    const { manifest, keys } = await build('opensearch-hnsw');
    await expect(manifest).rejects.toMatchObject({ code: 'SEARCH_SERVER_FAILED', upstream: 'why' });
    const [created] = requests('PUT', '/srag-test-');
    expect(requests('DELETE', created!.path)).toHaveLength(1);
    expect(await keys()).toEqual([]);
  });

  it('fails if rows are missing after the build', async () => {
    script = { hiddenCounts: 1 };
    const { manifest } = await build('opensearch-hnsw');
    await expect(manifest).rejects.toMatchObject({ code: 'VALIDATION_FAILED', fields: { rows: 0 } });
  });

  it.each([
    ['an older version', { distribution: 'opensearch', number: '2.19.1' }],
    ['another product', { number: '8.15.0' }],
  ])('is refused by %s before anything is created', async (_, version) => {
    script = { version };
    const { manifest, keys } = await build('opensearch-hnsw');
    await expect(manifest).rejects.toMatchObject({ code: 'UNSUPPORTED', remedy: expect.any(String) });
    expect(requests('PUT', '/')).toEqual([]);
    expect(await keys()).toEqual([]);
  });

  it('is refused with a remedy if the k-NN plugin is missing', async () => {
    const reason = 'unknown setting [index.knn] please check that any required plugins are installed';
    script = { creation: { status: 400, body: { error: { type: 'illegal_argument_exception', reason } } } };
    const { manifest } = await build('opensearch-hnsw');
    await expect(manifest).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      remedy: expect.stringContaining('k-NN plugin'),
    });
  });

  it('accepts that the index exists if the response to its creation was lost', async () => {
    const error = { type: 'resource_already_exists_exception', reason: 'index exists' };
    script = { creation: { status: 400, body: { error } } };
    const { manifest } = await build('opensearch-hnsw');
    expect((await manifest).chunks).toBe(ROWS);
  });
});

describe('building an OpenSearch index on AWS', () => {
  const aws = { region: 'eu-west-1', credentials: TEST_CREDENTIALS };
  const fieldOf = () => JSON.parse(requests('PUT', '/srag-test-')[0]!.body).mappings.properties.v;

  it('leaves engine, placement and merging to OpenSearch Serverless, and waits until the rows are visible', async () => {
    script = { hiddenCounts: 2 };
    const { manifest } = await build('opensearch-on-disk', { service: 'aoss' }, aws);
    expect((await manifest).build.sizeBytes).toBeUndefined();
    expect(fieldOf()).toEqual({ type: 'knn_vector', dimension: 4, space_type: 'cosinesimil' });
    const paths = server!.requests.map(({ path }) => path);
    expect(paths.filter((path) => /^\/$|_refresh|_forcemerge|_settings|_stats/.test(path))).toEqual([]);
    expect(requests('POST', '/_count')).toHaveLength(3);
    const created = JSON.parse(requests('PUT', '/srag-test-')[0]!.body);
    expect(Object.keys(created.settings.index)).toEqual(['knn', 'analysis']);
  });

  it.each(['opensearch-hnsw', 'opensearch-exact'])(
    'refuses %s on OpenSearch Serverless before any request',
    async (kind) => {
      const { manifest } = await build(kind, { service: 'aoss' }, aws);
      await expect(manifest).rejects.toMatchObject({ code: 'UNSUPPORTED', fields: { kind } });
      expect(server!.requests).toEqual([]);
    },
  );

  it('quantises with faiss in a domain whose version has no 32x compression in Lucene', async () => {
    script = { version: { distribution: 'opensearch', number: '3.5.0' } };
    const { manifest } = await build('opensearch-on-disk', { service: 'es' }, aws);
    await manifest;
    expect(fieldOf()).toMatchObject({ mode: 'on_disk', method: { engine: 'faiss' } });
  });
});
