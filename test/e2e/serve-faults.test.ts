import { cp, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CliProject } from '../support/cli.ts';
import { handbookProject } from '../support/handbook.ts';
import { type Asked, type ServedLaptop, servedLaptop } from '../support/served-laptop.ts';

const QUESTION = 'How many days of annual leave are there?';
const NO_PROMPT_FAULTS = { latencyMs: 0, connectionMb: 1_000_000, totalMb: 1_000_000, faultRate: 0, seed: 1 };

/** Checks the properties that every error response must have. */
function expectProblem(asked: Asked, status: number, code: string | RegExp): void {
  expect({ status: asked.status, text: asked.text.slice(0, 400) }).toMatchObject({ status });
  expect(asked.headers.get('content-type')).toBe('application/problem+json');
  expect(asked.body).toMatchObject({
    status,
    code: expect.stringMatching(code),
    requestId: expect.any(String),
  });
  if (status === 429 || status === 503) expect(asked.headers.get('retry-after')).toBe('1');
}

describe('faults behind srag serve', () => {
  let project: CliProject;
  let served: ServedLaptop;
  let location: string;

  beforeAll(async () => {
    project = await handbookProject();
    location = join(project.folder, '.srag');
    await project.json(['ingest', 'docs', '--collection', 'unpublished', '--no-index']);
    served = await servedLaptop(
      location,
      { SRAG_COLLECTIONS: 'unpublished vanishing' },
      { timeouts: { retrieve: 3, generate: 3, stream: 3 } },
    );
  });
  afterAll(async () => {
    await served?.stop();
    await project?.remove();
  });

  const isFine = async (body: object = {}): Promise<void> => {
    for (const path of ['/retrieve', '/query', '/query/stream'])
      expect(await served.ask(path, { question: QUESTION, ...body })).toMatchObject({ status: 200 });
  };
  it('do not occur by default, and every route answers', async () => {
    await isFine();
    const { body } = await served.ask('/query', { question: QUESTION });
    expect(body.answer).toContain('twenty-five days');
  });

  it.each([
    ['an unknown collection', { collection: 'nowhere' }, 404, 'UNKNOWN_COLLECTION'],
    ['an unknown index', { index: 'fast' }, 404, 'UNKNOWN_INDEX_KIND'],
    ['an unknown version', { index: 'snapshot@20200101T000000-0000' }, 404, 'UNKNOWN_INDEX_VERSION'],
    ['an index of another engine', { index: 'lancedb-flat' }, 422, 'UNSUPPORTED'],
    ['an index that is not published yet', { collection: 'unpublished' }, 404, 'NO_INDEX'],
    [
      'an unknown field in a filter',
      { filter: { field: 'nothing', op: 'eq', value: 1 } },
      422,
      'UNKNOWN_FIELD',
    ],
    ['vectors of a collection without them', { mode: 'vector' }, 422, 'NO_EMBEDDER'],
  ])(
    '%s causes the same error response from every route, and the next request succeeds',
    async (_, body, status, code) => {
      for (const path of ['/retrieve', '/query', '/query/stream'])
        expectProblem(await served.ask(path, { question: QUESTION, ...body }), status, code);
      await isFine();
      // An error of the caller is not a failure of a function, and triggers no alarm.
      expect(served.logs.filter((line) => /Status: error|\bERROR\b/.test(line))).toEqual([]);
    },
  );

  it('a missing index is found by the next request after it is published', async () => {
    const body = { collection: 'unpublished' };
    expectProblem(await served.ask('/retrieve', { question: QUESTION, ...body }), 404, 'NO_INDEX');
    await project.json(['index', 'build', 'snapshot', '--collection', 'unpublished']);
    await isFine(body);
  });

  it('deleting the published index of a running server causes an error response until the index is restored', async () => {
    const collection = 'vanishing';
    await cp(join(location, 'default'), join(location, collection), { recursive: true });
    const indexes = join(location, collection, 'indexes');
    await isFine({ collection });
    await rename(indexes, `${indexes}-away`);
    // An environment may continue to serve from memory; a new one reports the missing index.
    const asked = await Promise.all(
      Array.from({ length: 6 }, () => served.ask('/retrieve', { question: QUESTION, collection })),
    );
    for (const each of asked)
      if (each.status !== 200) expectProblem(each, each.status, /NO_INDEX|OBJECT_NOT_FOUND/);
    expectProblem(
      await served
        .ask('/query', { question: 'Who signs receipts?', collection: 'vanishing', topK: 3 })
        .then(async (first) => (first.status === 200 ? deleted() : first)),
      404,
      'NO_INDEX',
    );
    await rename(`${indexes}-away`, indexes);
    await isFine({ collection });

    async function deleted(): Promise<Asked> {
      const fresh = await servedLaptop(location, { SRAG_COLLECTION: collection });
      try {
        return await fresh.ask('/retrieve', { question: QUESTION });
      } finally {
        await fresh.stop();
      }
    }
  });

  it('failing S3 causes 503 or cached data, is logged once, and requests succeed once it recovers', async () => {
    const fresh = await servedLaptop(
      location,
      {},
      { storageModel: { ...NO_PROMPT_FAULTS, faultRate: 1 }, timeouts: { retrieve: 4 } },
    );
    try {
      const asked = await fresh.ask('/retrieve', { question: QUESTION });
      expectProblem(asked, asked.status, /STORAGE_UNAVAILABLE|DEADLINE_EXCEEDED/);
      expect([503, 504]).toContain(asked.status);
      const about = fresh.logs.filter(
        (line) => line.includes(asked.body.requestId) && /"level":"ERROR"/.test(line),
      );
      expect(about).toHaveLength(1);
      fresh.laptop.services.model.change({ faultRate: 0 });
      expect(await fresh.ask('/retrieve', { question: QUESTION })).toMatchObject({ status: 200 });
    } finally {
      await fresh.stop();
    }
  });

  it("S3 slower than a request's timeout causes 504 before the function is ended, and requests succeed once it recovers", async () => {
    const fresh = await servedLaptop(location, {}, { timeouts: { retrieve: 2, generate: 2 } });
    try {
      fresh.laptop.services.model.change({ latencyMs: 5_000 });
      const asked = await fresh.ask('/retrieve', { question: QUESTION });
      expectProblem(asked, 504, 'DEADLINE_EXCEEDED');
      expect(fresh.logs.join('\n')).not.toContain('Task timed out');
      fresh.laptop.services.model.change({ latencyMs: 0 });
      // The slow reads are still opening the index, and concurrent requests wait for them, too.
      const isFine = async (): Promise<void> =>
        expect(await fresh.ask('/retrieve', { question: QUESTION })).toMatchObject({ status: 200 });
      await vi.waitFor(isFine, { timeout: 20_000, interval: 200 });
    } finally {
      await fresh.stop();
    }
  });

  it('requests are answered although the cache table and SSM fail, and each failure is logged once', async () => {
    const fresh = await servedLaptop(location, {
      SRAG_QUERY_CACHE: 'dynamodb:missing',
      AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:9',
    });
    try {
      for (let number = 0; number < 3; number++)
        expect(await fresh.ask('/query', { question: QUESTION })).toMatchObject({ status: 200 });
      const ofBaseline = fresh.logs.filter((line) => /"level":"WARN"/.test(line));
      expect(ofBaseline.filter((line) => /missing|ResourceNotFound|cache/i.test(line))).toHaveLength(1);
      expect(ofBaseline.some((line) => /SSM|switches/i.test(line))).toBe(true);
    } finally {
      await fresh.stop();
    }
  });

  it('every answer during two publications matches the version in its trace, and the last answer matches the newest version', async () => {
    const published = await served.ask('/retrieve', { question: QUESTION });
    const days = new Map<string, string>([[published.body.trace.index.version, 'twenty-five']]);
    const page = join(project.folder, 'docs/leave.md');
    const original = await readFile(page, 'utf8');
    let isDone = false;
    const replies: Asked[] = [];
    // One client repeats a question, which the cache may answer.
    const asking = Array.from({ length: 4 }, async (_, client) => {
      while (!isDone) {
        const question = client === 0 ? QUESTION : `${QUESTION} ${replies.length}`;
        replies.push(await served.ask('/query', { question }));
      }
    });
    for (const word of ['twenty-six', 'twenty-seven']) {
      await project.write('docs/leave.md', original.replace('twenty-five', word));
      await project.json(['ingest', 'docs', '--no-index']);
      const { version } = await project.json(['index', 'build', 'snapshot', '--no-publish']);
      days.set(version, word);
      await project.json(['index', 'publish', version]);
      const isFollowed = async (): Promise<boolean> =>
        (await served.ask('/retrieve', { question: QUESTION })).body.trace.index.version === version;
      await vi.waitFor(async () => expect(await isFollowed()).toBe(true), { timeout: 60_000, interval: 200 });
    }
    await new Promise((done) => setTimeout(done, 2_000));
    isDone = true;
    await Promise.all(asking);
    expect(replies.length).toBeGreaterThan(10);
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    const wrong = replies.filter(({ body }) => !body.answer.includes(days.get(body.trace.index.version)));
    expect(wrong.map(({ body }) => [body.trace.index.version, body.trace.cached, body.answer])).toEqual([]);
    // Cached answers take as long to follow a publication as other answers.
    await vi.waitFor(
      async () =>
        expect((await served.ask('/query', { question: QUESTION })).body.answer).toContain('twenty-seven'),
      { timeout: 20_000, interval: 500 },
    );
  }, 180_000);
});
