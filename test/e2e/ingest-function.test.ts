import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildIndex } from '../../src/config/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { DOCUMENTS, type IngestFunction, ingestFunction } from '../support/ingest-function.ts';
import { startMemoryS3Vectors } from '../support/memory-s3-vectors.ts';
import { seeded } from '../support/seeded.ts';

const random = seeded(1);
/** Not a PDF, despite its name. */
const NOISE = Uint8Array.from({ length: 3_000 }, () => random() * 256);
const BIKE = '# Bikes\n\nThe workshop lends eleven bicycles.\n';
const KEY = `${DOCUMENTS}bike.md`;

const catalogueOf = ({ workspace }: IngestFunction) => workspace.catalogue('default');
const deadOf = ({ services }: IngestFunction): number => services.deadLetters!.counts().waiting;
const statsOf = async ({ workspace }: IngestFunction) =>
  (await workspace.corpus(await workspace.collection())).stats();
/** A parsed line of logs or metrics. */
type Line = Awaited<ReturnType<IngestFunction['put']>>[number];
const warningsOf = (lines: readonly Line[]): Line[] => lines.filter(({ level }) => level === 'WARN');
const emfOf = (lines: readonly Line[]): Line[] => lines.filter(({ _aws }) => _aws !== undefined);

describe('publication after an ingest', { timeout: 60_000 }, () => {
  it('is requested once for all batches in a window, and happens at the end of the window', async () => {
    const ingest = await ingestFunction({}, undefined, { publishDelaySeconds: 3_600 });
    const folder = join(ingest.folder, DOCUMENTS);
    await mkdir(folder, { recursive: true });
    for (const name of ['a.md', 'b.md', 'c.md']) {
      // Bypasses the queue.
      await writeFile(join(folder, name), `# Note ${name}\n\nText of ${name}.\n`);
      const detail = { bucket: { name: 'laptop' }, object: { key: DOCUMENTS + name } };
      const body = JSON.stringify({ 'detail-type': 'Object Created', detail });
      await ingest.invoke({ Records: [{ messageId: name, body }] });
    }
    const { publications } = ingest.services;
    expect(publications!.counts().waiting).toBe(1);
    expect(publications!.receive()).toEqual([]);
    expect(await catalogueOf(ingest).list()).toEqual([]);
    const request = { messageId: 'p', body: '{"action":"publish"}' };
    expect(await ingest.invoke({ Records: [request, { ...request, messageId: 'q' }] })).toEqual({
      batchItemFailures: [],
    });
    expect(await catalogueOf(ingest).find()).toMatchObject({ kind: 'snapshot', chunks: 3 });
    expect(await catalogueOf(ingest).list()).toHaveLength(1);
  });

  it('is dead-lettered at once and logged with its error code if it can never succeed; documents are still ingested', async () => {
    const ingest = await ingestFunction({ SRAG_INDEX: 'lancedb-ivf-flat' });
    const lines = await ingest.put({ 'bike.md': BIKE, 'bad.pdf': NOISE });
    expect(await statsOf(ingest)).toMatchObject({ documents: 1 });
    const failed = lines.filter(({ error }) => error?.code === 'NO_EMBEDDER');
    expect(failed).toHaveLength(deadOf(ingest));
    expect(failed.length).toBeGreaterThan(0);
    expect(warningsOf(lines).map(({ key }) => key)).toEqual([`${DOCUMENTS}bad.pdf`]);
  });

  it('is retried if a service failed', async () => {
    let isDown = false;
    const ingest = await ingestFunction(
      {},
      (invocation) => {
        isDown = invocation === 1;
      },
      {
        ...{ retryDelaySeconds: 0.05, publishDelaySeconds: 0.1 },
        through: async (endpoint) => {
          const proxy = await startFaultProxy(endpoint);
          onTestFinished(() => proxy.stop());
          proxy.decide = ({ path }) =>
            isDown && path.includes('published.json') ? { status: 503, code: 'SlowDown' } : 'pass';
          return proxy.url;
        },
      },
    );
    await ingest.put({ 'bike.md': BIKE });
    expect(ingest.invocations.map(({ error }) => error?.name)).toEqual([
      undefined,
      'Srag.STORAGE_UNAVAILABLE',
      undefined,
    ]);
    expect(await catalogueOf(ingest).find()).toMatchObject({ kind: 'snapshot', chunks: 1 });
    expect(deadOf(ingest)).toBe(0);
  });

  it('builds nothing if the published version matches the corpus', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE });
    const { version } = await catalogueOf(ingest).find();
    await ingest.put({ 'bike.md': BIKE });
    const batch = { keys: [KEY], bucket: 'laptop', collection: 'default' };
    expect(await ingest.invoke(batch)).toMatchObject({ documents: { unchanged: 1 }, failures: [] });
    expect(await ingest.invoke({ action: 'publish' })).toEqual({ kind: 'snapshot', version, chunks: 1 });
    expect(await catalogueOf(ingest).list()).toHaveLength(1);
  });

  it('repairs a publication whose version was deleted', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE });
    const { version } = await catalogueOf(ingest).find();
    await ingest.workspace.storage.delete([`default/indexes/${version}/manifest.json`]);
    await ingest.put({ 'bike.md': BIKE });
    expect(await catalogueOf(ingest).find()).toMatchObject({ kind: 'snapshot', chunks: 1 });
    expect(deadOf(ingest)).toBe(0);
  });

  it('builds the kind of index that is already published', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE });
    await buildIndex(ingest.workspace, { kind: 'lancedb-flat', publish: true });
    await ingest.put({ 'lunch.md': '# Lunch\n\nLunch is at noon.\n' });
    expect(await catalogueOf(ingest).published()).toMatchObject({ kind: 'lancedb-flat' });
    expect(await catalogueOf(ingest).find()).toMatchObject({ kind: 'lancedb-flat', chunks: 2 });
  });

  it('keeps the vectors in S3 Vectors if the deployment searches that kind', async () => {
    const vectors = await startMemoryS3Vectors();
    onTestFinished(() => vectors.stop());
    const ingest = await ingestFunction({
      SRAG_EMBEDDER: 'hashing',
      SRAG_INDEX: 's3-vectors',
      SRAG_S3_VECTORS: JSON.stringify({ bucket: 'my-vectors', region: 'eu-west-1', endpoint: vectors.url }),
    });
    await ingest.put({ 'bike.md': BIKE });
    expect(await catalogueOf(ingest).published()).toMatchObject({ kind: 's3-vectors' });
    const put = vectors.requests.find(({ path }) => path === '/PutVectors')!;
    expect(JSON.parse(put.body)).toMatchObject({ vectorBucketName: 'my-vectors', vectors: [{ key: '0' }] });
  });

  it.each([
    [undefined, undefined, 'snapshot'],
    ['lancedb-flat', undefined, 'lancedb-flat'],
    ['snapshot', 'lancedb-flat', 'lancedb-flat'],
    ['lancedb-flat', 'snapshot@some-version', 'snapshot'],
    ['lancedb-flat', 'no-such-kind', 'lancedb-flat'],
  ])(
    'first builds the kind of index that the deployment searches: setting %s, switch %s',
    async (setting, value, kind) => {
      const ingest = await ingestFunction(setting === undefined ? {} : { SRAG_INDEX: setting });
      if (value !== undefined) ingest.services.parameters.set('/srag/test/index', value);
      await ingest.put({ 'bike.md': BIKE });
      expect(await catalogueOf(ingest).published()).toMatchObject({ kind });
    },
  );
});

describe('unreadable documents', () => {
  it('are logged once with key and code, counted, and do not block other documents', async () => {
    const ingest = await ingestFunction();
    const lines = await ingest.put({
      'bad.pdf': NOISE,
      'bike.md': BIKE,
      'notes.xyz': 'SECRET words',
      'faq.jsonl': '{"_id":"1","text":"Canteen"}\n{"_id":"2","text":SECRET}\n',
    });
    const told = warningsOf(lines).map(({ message, key, code, line, function: name }) => ({
      ...{ message, key, code, line, name },
    }));
    const common = { message: 'A document could not be read.', name: 'ingest' };
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { ...common, key: `${DOCUMENTS}bad.pdf`, code: 'FILE_DAMAGED' },
        { ...common, key: `${DOCUMENTS}notes.xyz`, code: 'UNSUPPORTED_FORMAT' },
        { ...common, key: `${DOCUMENTS}faq.jsonl`, code: 'INVALID_RECORD', line: 2 },
      ]),
    );
    const counted = emfOf(lines);
    expect(counted.reduce((sum, { FailedDocuments }) => sum + FailedDocuments, 0)).toBe(3);
    expect(new Set(counted.map((record) => record.function))).toEqual(new Set(['ingest']));
    expect(JSON.stringify(lines)).not.toContain('SECRET');
    expect(deadOf(ingest)).toBe(0);
    expect(ingest.invocations.every(({ error }) => error === undefined)).toBe(true);
    expect(await statsOf(ingest)).toMatchObject({ documents: 2 });
    expect(await catalogueOf(ingest).find()).toMatchObject({ kind: 'snapshot', chunks: 2 });
  });

  it('do not fail the ingest, even if the collection has no other documents', async () => {
    const ingest = await ingestFunction();
    const lines = await ingest.put({ 'bad.pdf': NOISE });
    expect(warningsOf(lines)).toHaveLength(1);
    expect(ingest.invocations[0]).toMatchObject({ reply: { batchItemFailures: [] } });
    expect(await catalogueOf(ingest).published()).toBeUndefined();
  });

  it('are reported to the state machine by key and code', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bad.pdf': NOISE });
    const keys = [`${DOCUMENTS}bad.pdf`, DOCUMENTS];
    expect(await ingest.invoke({ keys, bucket: 'laptop', collection: 'default' })).toEqual({
      documents: { added: 0, updated: 0, removed: 0, unchanged: 0, failed: 1 },
      failures: [{ key: keys[0], code: 'FILE_DAMAGED' }],
    });
  });
});

describe('input of another deployment', () => {
  it.each([
    ['bucket', { keys: [KEY], bucket: 'other-bucket', collection: 'default' }],
    ['collection', { keys: ['documents/other/a.md'], bucket: 'laptop', collection: 'other' }],
    ['prefix', { keys: [KEY, 'documents/other/a.md'], bucket: 'laptop', collection: 'default' }],
    ['prefix', { keys: [`elsewhere/${KEY}`], bucket: 'laptop', collection: 'default' }],
    ['bucket', { keys: [KEY], collection: 'default' }],
    ['collection', { keys: [KEY], bucket: 'laptop' }],
  ])(
    'is refused if the %s of a batch is wrong or missing, and no document is removed',
    async (field, event) => {
      const ingest = await ingestFunction();
      await ingest.put({ 'bike.md': BIKE });
      // Deletes the object without an event, so that its document remains.
      await rm(join(ingest.folder, KEY));
      const refused = await ingest.invoke(event).catch((error: Error) => error);
      expect(refused).toMatchObject({ name: 'Srag.INVALID_ARGUMENT' });
      expect(JSON.parse((refused as Error).message)).toMatchObject({
        status: 400,
        code: 'INVALID_ARGUMENT',
        errors: [{ path: field }],
      });
      expect(await statsOf(ingest)).toMatchObject({ documents: 1 });
    },
  );

  it('is dead-lettered immediately, and the other messages succeed', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE, 'lunch.md': '# Lunch\n\nLunch is at noon.\n' });
    await rm(join(ingest.folder, `${DOCUMENTS}lunch.md`));
    const told = (messageId: string, bucket: string, key: string, type = 'Object Deleted') => ({
      messageId,
      body: JSON.stringify({ 'detail-type': type, detail: { bucket: { name: bucket }, object: { key } } }),
    });
    const Records = [
      told('1', 'other-bucket', KEY),
      told('2', 'laptop', `elsewhere/${KEY}`),
      { messageId: '3', body: 'no JSON' },
      told('4', 'laptop', KEY, 'Object Restored'),
      told('5', 'laptop', `${DOCUMENTS}lunch.md`),
    ];
    expect(await ingest.invoke({ Records })).toEqual({ batchItemFailures: [] });
    const letters = ingest.services.deadLetters!.receive({ max: 10 });
    expect(letters.map(({ body }) => body).sort()).toEqual(
      Records.slice(0, 4)
        .map(({ body }) => body)
        .sort(),
    );
    expect(await statsOf(ingest)).toMatchObject({ documents: 1 });
  });

  it('is not confused with a deletion event that arrives after its document was uploaded again', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE });
    const detail = { bucket: { name: 'laptop' }, object: { key: KEY } };
    const body = JSON.stringify({ 'detail-type': 'Object Deleted', detail });
    await ingest.invoke({ Records: [{ messageId: '1', body }] });
    expect(await statsOf(ingest)).toMatchObject({ documents: 1 });
  });

  it('is not confused with a deletion event that arrives before anything was ingested', async () => {
    const ingest = await ingestFunction();
    const detail = { bucket: { name: 'laptop' }, object: { key: KEY } };
    const body = JSON.stringify({ 'detail-type': 'Object Deleted', detail });
    expect(await ingest.invoke({ Records: [{ messageId: '1', body }] })).toEqual({ batchItemFailures: [] });
  });

  it.each([null, {}, { keys: [] }, { action: 'other' }, 'text'])('is refused: %j', async (event) => {
    const ingest = await ingestFunction();
    await expect(ingest.invoke(event)).rejects.toMatchObject({ name: 'Srag.INVALID_ARGUMENT' });
  });
});
