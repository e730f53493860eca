import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliProject } from '../support/cli.ts';
import { handbookProject } from '../support/handbook.ts';
import { type OpenAiServer, startOpenAiServer } from '../support/openai-server.ts';
import { type ServedLaptop, servedLaptop } from '../support/served-laptop.ts';

const QUESTION = 'How many days of annual leave are there?';

describe("a model that is throttled for longer than a request's timeout", () => {
  let model: OpenAiServer;
  let project: CliProject;
  let served: ServedLaptop;
  beforeAll(async () => {
    [model, project] = await Promise.all([startOpenAiServer(), handbookProject()]);
    served = await servedLaptop(join(project.folder, '.srag'), {
      SRAG_GENERATOR: 'openai-compatible',
      SRAG_GENERATOR_SETTINGS: JSON.stringify({ baseUrl: model.url, model: 'm' }),
    });
  });
  afterAll(async () => {
    await served?.stop();
    await project?.remove();
    await model?.stop();
  });

  it.each(['/query', '/generate'])('is reported by %s immediately, with the requested wait', async (path) => {
    model.faults.push({ kind: 'status', status: 429, headers: { 'retry-after': '30' } });
    const before = model.requests.length;
    const startedMs = performance.now();
    const chunks = [{ id: 'c', documentId: 'd', text: 'There are twenty-five days of annual leave.' }];
    const asked = await served.ask(path, { question: QUESTION, ...(path === '/generate' ? { chunks } : {}) });
    expect(asked.body).toMatchObject({ status: 503, code: 'THROTTLED', retryAfter: 30 });
    expect([asked.status, asked.headers.get('retry-after')]).toEqual([503, '30']);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(model.requests.length).toBe(before + 1);
    expect(await served.ask('/query', { question: QUESTION })).toMatchObject({ status: 200 });
  });
});
