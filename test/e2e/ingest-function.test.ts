import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { buildIndex } from '../../src/config/index.ts';
import { DOCUMENTS, type IngestFunction, ingestFunction } from '../support/ingest-function.ts';
import { seeded } from '../support/seeded.ts';

const random = seeded(1);
/** No PDF, whatever its name says. */
const NOISE = Uint8Array.from({ length: 3_000 }, () => random() * 256);
const BIKE = '# Bikes\n\nThe workshop lends eleven bicycles.\n';
const KEY = `${DOCUMENTS}bike.md`;

const catalogueOf = ({ workspace }: IngestFunction) => workspace.catalogue('default');
const deadOf = ({ services }: IngestFunction): number => services.deadLetters!.counts().waiting;
const statsOf = async ({ workspace }: IngestFunction) =>
  (await workspace.corpus(await workspace.collection())).stats();
/** A line of the log, or of metrics. */
type Line = Awaited<ReturnType<IngestFunction['put']>>[number];
const warningsOf = (lines: readonly Line[]): Line[] => lines.filter(({ level }) => level === 'WARN');
const emfOf = (lines: readonly Line[]): Line[] => lines.filter(({ _aws }) => _aws !== undefined);

describe('publishing what was ingested', () => {
  it('is tried again after a failure, though the document is unchanged by then', async () => {
    const ingest = await ingestFunction({ SRAG_INDEX: 'lancedb-ivf-flat' }, (invocation) => {
      if (invocation === 1) vi.stubEnv('SRAG_INDEX', 'snapshot');
    });
    await ingest.put({ 'bike.md': BIKE });
    expect(ingest.invocations.map(({ error }) => error?.name)).toEqual(['Srag.NO_EMBEDDER', undefined]);
    expect(await catalogueOf(ingest).find()).toMatchObject({ kind: 'snapshot', chunks: 1 });
    expect(deadOf(ingest)).toBe(0);
  });

  it('that goes on failing ends among the dead letters, and in the log by its code', async () => {
    const ingest = await ingestFunction({ SRAG_INDEX: 'lancedb-ivf-flat' });
    const lines = await ingest.put({ 'bike.md': BIKE, 'bad.pdf': NOISE });
    expect(deadOf(ingest)).toBe(2);
    expect(new Set(ingest.invocations.map(({ error }) => error?.name))).toEqual(
      new Set(['Srag.NO_EMBEDDER']),
    );
    expect(lines.filter(({ error }) => error?.code === 'NO_EMBEDDER')).toHaveLength(
      ingest.invocations.length,
    );
    // What could not be read is told of when its message is done with: here it is kept.
    expect(JSON.stringify(lines)).not.toContain('bad.pdf');
  });

  it('builds nothing where the published version is of this very corpus', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE });
    const { version } = await catalogueOf(ingest).find();
    await ingest.put({ 'bike.md': BIKE });
    const batch = { keys: [KEY], bucket: 'laptop', collection: 'default' };
    expect(await ingest.invoke(batch)).toMatchObject({ documents: { unchanged: 1 }, failures: [] });
    expect(await ingest.invoke({ action: 'publish' })).toEqual({ kind: 'snapshot', version, chunks: 1 });
    expect(await catalogueOf(ingest).list()).toHaveLength(1);
  });

  it('mends a publication whose version was deleted', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE });
    const { version } = await catalogueOf(ingest).find();
    await ingest.workspace.storage.delete([`default/indexes/${version}/manifest.json`]);
    await ingest.put({ 'bike.md': BIKE });
    expect(await catalogueOf(ingest).find()).toMatchObject({ kind: 'snapshot', chunks: 1 });
    expect(deadOf(ingest)).toBe(0);
  });

  it('keeps to the kind that is published', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE });
    await buildIndex(ingest.workspace, { kind: 'lancedb-flat', publish: true });
    await ingest.put({ 'lunch.md': '# Lunch\n\nLunch is at noon.\n' });
    expect(await catalogueOf(ingest).published()).toMatchObject({ kind: 'lancedb-flat' });
    expect(await catalogueOf(ingest).find()).toMatchObject({ kind: 'lancedb-flat', chunks: 2 });
  });

  it.each([
    [undefined, undefined, 'snapshot'],
    ['lancedb-flat', undefined, 'lancedb-flat'],
    ['snapshot', 'lancedb-flat', 'lancedb-flat'],
    ['lancedb-flat', 'snapshot@some-version', 'snapshot'],
    ['lancedb-flat', 'no-such-kind', 'lancedb-flat'],
  ])('begins with what the deployment searches: setting %s, switch %s', async (setting, value, kind) => {
    const ingest = await ingestFunction(setting === undefined ? {} : { SRAG_INDEX: setting });
    if (value !== undefined) await ingest.services.parameters.set('/srag/test/index', value);
    await ingest.put({ 'bike.md': BIKE });
    expect(await catalogueOf(ingest).published()).toMatchObject({ kind });
  });
});

describe('documents that cannot be read', () => {
  it('are told of once by key and code, counted, and hold nothing up', async () => {
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

  it('are told of once though publishing had to be tried again', async () => {
    const ingest = await ingestFunction({ SRAG_INDEX: 'lancedb-ivf-flat' }, (invocation) => {
      if (invocation === 4) vi.stubEnv('SRAG_INDEX', 'snapshot');
    });
    await ingest.put({ 'bike.md': BIKE });
    expect([ingest.invocations.length, deadOf(ingest)]).toEqual([3, 1]);
    const lines = await ingest.put({ 'bad.pdf': NOISE });
    expect(ingest.invocations).toHaveLength(5);
    expect(warningsOf(lines)).toHaveLength(1);
    expect(deadOf(ingest)).toBe(1);
  });

  it('alone in a collection of their own are no reason to fail', async () => {
    const ingest = await ingestFunction();
    const lines = await ingest.put({ 'bad.pdf': NOISE });
    expect(warningsOf(lines)).toHaveLength(1);
    expect(ingest.invocations).toHaveLength(1);
    expect(ingest.invocations[0]).toMatchObject({ reply: { batchItemFailures: [] } });
    expect(await catalogueOf(ingest).published()).toBeUndefined();
  });

  it('are told to the state machine by key and code', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bad.pdf': NOISE });
    const keys = [`${DOCUMENTS}bad.pdf`, DOCUMENTS];
    expect(await ingest.invoke({ keys, bucket: 'laptop', collection: 'default' })).toEqual({
      documents: { added: 0, updated: 0, removed: 0, unchanged: 0, failed: 1 },
      failures: [{ key: keys[0], code: 'FILE_DAMAGED' }],
    });
  });
});

describe('what is not of this deployment', () => {
  it.each([
    ['bucket', { keys: [KEY], bucket: 'other-bucket', collection: 'default' }],
    ['collection', { keys: ['documents/other/a.md'], bucket: 'laptop', collection: 'other' }],
    ['prefix', { keys: [KEY, 'documents/other/a.md'], bucket: 'laptop', collection: 'default' }],
    ['prefix', { keys: [`elsewhere/${KEY}`], bucket: 'laptop', collection: 'default' }],
    ['bucket', { keys: [KEY], collection: 'default' }],
    ['collection', { keys: [KEY], bucket: 'laptop' }],
  ])('is refused by its %s in a batch, and nothing is removed', async (field, event) => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE });
    // Behind the queue's back: what is looked for now is found gone.
    await rm(join(ingest.folder, KEY));
    const refused = await ingest.invoke(event).catch((error: Error) => error);
    expect(refused).toMatchObject({ name: 'Srag.INVALID_ARGUMENT' });
    expect(JSON.parse((refused as Error).message)).toMatchObject({
      status: 400,
      code: 'INVALID_ARGUMENT',
      errors: [{ path: field }],
    });
    expect(await statsOf(ingest)).toMatchObject({ documents: 1 });
  });

  it('is a failed message of the queue, beside which the others succeed', async () => {
    const ingest = await ingestFunction();
    await ingest.put({ 'bike.md': BIKE, 'lunch.md': '# Lunch\n\nLunch is at noon.\n' });
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
    const reply = (await ingest.invoke({ Records })) as {
      batchItemFailures: { itemIdentifier: string }[];
    };
    expect(reply.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual([
      ...['1', '2', '3', '4'],
    ]);
    expect(await statsOf(ingest)).toMatchObject({ documents: 1 });
    expect(await catalogueOf(ingest).find()).toMatchObject({ chunks: 1 });
  });

  it('a document is not, whose deletion is told before anything was ingested', async () => {
    const ingest = await ingestFunction();
    const detail = { bucket: { name: 'laptop' }, object: { key: KEY } };
    const body = JSON.stringify({ 'detail-type': 'Object Deleted', detail });
    expect(await ingest.invoke({ Records: [{ messageId: '1', body }] })).toEqual({ batchItemFailures: [] });
  });

  it.each([null, {}, { keys: [] }, { action: 'other' }, 'text'])('%j is no input', async (event) => {
    const ingest = await ingestFunction();
    await expect(ingest.invoke(event)).rejects.toMatchObject({ name: 'Srag.INVALID_ARGUMENT' });
  });
});
