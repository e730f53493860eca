import { afterEach, describe, expect, it, vi } from 'vitest';
import { catalogueEngine, type RequestContext, snapshotEngine } from '../../../../src/api/service/index.ts';
import { ensureCollection } from '../../../../src/corpus/index.ts';
import { posted, testApp, testService } from '../../../support/api.ts';
import { testSettings } from '../../../support/chunks.ts';

const context: RequestContext = { requestId: 'r' };
/** Names that must not reach another collection, such as paths, escapes and look-alike letters. */
const ESCAPES = [
  ...['../other', 'other/', '/other', './other', 'test/../other', '..', '.', '', ' other', 'other\u0000'],
  ...[
    '%2e%2e%2fother',
    '..%2fother',
    'test%2F..%2Fother',
    'Other',
    'OTHER',
    'ｏther',
    'оther',
    'other\u200b',
  ],
  ...['__proto__', 'constructor', 'documents', 'query-cache'],
];

describe('a service for one collection', () => {
  afterEach(() => vi.restoreAllMocks());

  async function appWith(collections?: readonly string[]) {
    const defaults = { collection: 'test', mode: 'auto' as const, answerTopK: 5, answer: {}, collections };
    const { service, storage } = await testService({ defaults });
    await ensureCollection(storage, testSettings(0, 'other'));
    const { app, unexpected } = testApp(service);
    const ask = async (path: string, body?: object) => {
      const response = await app.request(path, body === undefined ? {} : posted(body));
      return { status: response.status, text: await response.text() };
    };
    return { service, storage, ask, unexpected };
  }

  it('answers from its collection whether or not the request names it', async () => {
    const { ask } = await appWith();
    expect((await ask('/retrieve', { question: 'river' })).status).toBe(200);
    expect((await ask('/retrieve', { question: 'river', collection: 'test' })).status).toBe(200);
  });

  it.each([
    ['POST /retrieve', '/retrieve', { question: 'river' }],
    ['POST /retrieve-mock', '/retrieve-mock', { question: 'river' }],
    ['POST /query', '/query', { question: 'river' }],
    ['POST /query/stream', '/query/stream', { question: 'river' }],
    ['GET /retrieve', '/retrieve?q=river&collection=', undefined],
    ['GET /retrieve-mock', '/retrieve-mock?q=river&collection=', undefined],
  ])('%s: does not reveal whether another collection exists, and reads nothing', async (_, path, body) => {
    const { ask, storage, unexpected } = await appWith();
    const read = vi.spyOn(storage, 'read');
    const of = async (collection: string) => {
      const reply = await (body === undefined ? ask(path + collection) : ask(path, { ...body, collection }));
      expect(reply.status).toBe(404);
      return reply.text.replaceAll(collection, 'NAME').replaceAll(/request-\d+/g, 'ID');
    };
    const exists = await of('other');
    expect(exists).toBe(await of('nowhere'));
    expect(JSON.parse(exists)).toMatchObject({
      code: 'UNKNOWN_COLLECTION',
      errors: [{ path: 'collection' }],
    });
    expect(exists).not.toMatch(/test|empty/);
    expect(read).not.toHaveBeenCalled();
    expect(unexpected).toEqual([]);
  });

  it.each(ESCAPES)('refuses the collection name %j', async (collection) => {
    const { ask, service, storage } = await appWith();
    const read = vi.spyOn(storage, 'read');
    const byBody = await ask('/retrieve', { question: 'river', collection });
    const byUrl = await ask(`/retrieve?q=river&collection=${encodeURIComponent(collection)}`);
    expect([400, 404]).toContain(byBody.status);
    expect(byUrl.status).toBe(byBody.status);
    // State machine steps bypass the API's schemas.
    await expect(service.retrieve({ question: 'river', collection }, context)).rejects.toMatchObject({
      code: 'UNKNOWN_COLLECTION',
    });
    const index = { kind: 'snapshot', version: 'v1' };
    await expect(
      service.generateFrom({ question: 'river', collection, index, hits: [] }, context),
    ).rejects.toMatchObject({ code: 'UNKNOWN_COLLECTION' });
    expect(read).not.toHaveBeenCalled();
  });

  it.each([
    ...['snapshot@../../other/indexes/v1', 'snapshot@..', 'snapshot@', 'snapshot@%2e%2e', 'snapshot@v1/../x'],
    ...['../other', 'snapshot@v\u0000', 'snapshot@ｖ1', 'snapshot@.'],
  ])('does not open another collection for the index name %j', async (index) => {
    const { ask, service, storage } = await appWith();
    const read = vi.spyOn(storage, 'read');
    expect((await ask('/retrieve', { question: 'river', index })).status).toBe(400);
    await expect(service.retrieve({ question: 'river', index }, context)).rejects.toMatchObject({
      code: expect.stringMatching(/^UNKNOWN_INDEX_(KIND|VERSION)$/),
    });
    for (const [key] of read.mock.calls) expect(key).toMatch(/^test\//);
  });

  it('answers from other collections that are configured explicitly', async () => {
    const { ask } = await appWith(['empty']);
    expect(
      JSON.parse((await ask('/retrieve', { question: 'river', collection: 'empty' })).text),
    ).toMatchObject({
      code: 'NO_INDEX',
    });
    expect((await ask('/retrieve', { question: 'river', collection: 'other' })).status).toBe(404);
  });

  it("takes a collection's name from its folder, not from its settings", async () => {
    const { storage } = await testService();
    await storage.write('copy/collection.json', (await storage.read('test/collection.json')).bytes);
    expect((await snapshotEngine({ storage }).collection('copy')).name).toBe('copy');
  });

  it('does not list collections or versions in errors, whatever the engine', async () => {
    const { storage } = await testService();
    const place = { location: { kind: 'file', path: '/nowhere' } } as const;
    for (const engine of [snapshotEngine({ storage }), catalogueEngine({ storage, place })]) {
      const collection = engine.collection('tes');
      await expect(collection).rejects.toMatchObject({ code: 'UNKNOWN_COLLECTION' });
      await expect(collection).rejects.not.toThrow(/test|empty/);
      const version = engine.open({ collection: 'test', index: 'snapshot@v0' });
      await expect(version).rejects.toMatchObject({ code: 'UNKNOWN_INDEX_VERSION', fields: { value: 'v0' } });
      await expect(version).rejects.not.toThrow(/known/);
    }
  });
});
