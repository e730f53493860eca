import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliProject } from '../support/cli.ts';
import type { Fault } from '../support/faults.ts';
import { handbookProject } from '../support/handbook.ts';
import { type OpenAiServer, startOpenAiServer } from '../support/openai-server.ts';
import { type Asked, type ServedLaptop, servedLaptop } from '../support/served-laptop.ts';

const QUESTION = 'How many days of annual leave are there?';

function expectProblem(asked: Asked, status: number, code: string | RegExp): void {
  expect({ status: asked.status, text: asked.text.slice(0, 400) }).toMatchObject({ status });
  expect(asked.body).toMatchObject({
    status,
    code: expect.stringMatching(code),
    requestId: expect.any(String),
  });
}

describe('slow, throttled and failing models behind functions', () => {
  let project: CliProject;
  let model: OpenAiServer;
  let environment: Record<string, string>;

  beforeAll(async () => {
    model = await startOpenAiServer();
    const embedder = { baseUrl: `${model.url}/v1`, model: 'embed', dimensions: 8 };
    const settings = ['--embedder-settings', JSON.stringify(embedder)];
    project = await handbookProject('--embedder', 'openai-compatible', ...settings);
    environment = {
      SRAG_EMBEDDER: 'openai-compatible',
      SRAG_EMBEDDER_SETTINGS: JSON.stringify({ ...embedder, attempts: 2 }),
      SRAG_GENERATOR: 'openai-compatible',
      SRAG_GENERATOR_SETTINGS: JSON.stringify({ baseUrl: `${model.url}/v1`, model: 'chat', attempts: 2 }),
    };
  });
  afterAll(async () => {
    await model?.stop();
    await project?.remove();
  });

  /**
   * Serves with these timeouts, in seconds. Removes injected faults after `work`; all routes must then
   * answer.
   */
  async function withFunctions(
    timeouts: Readonly<Record<string, number>>,
    work: (served: ServedLaptop) => Promise<void>,
  ): Promise<void> {
    const served = await servedLaptop(join(project.folder, '.srag'), environment, { timeouts });
    try {
      await work(served);
      model.faults.splice(0);
      for (const path of ['/retrieve', '/query', '/query/stream'])
        expect(await served.ask(path, { question: QUESTION }), path).toMatchObject({ status: 200 });
    } finally {
      model.faults.splice(0);
      await served.stop();
    }
  }
  const always = (fault: Fault): number => model.faults.push(...Array.from({ length: 50 }, () => fault));

  it.each<[string, Fault, number, RegExp]>([
    ['throttles', { kind: 'status', status: 429 }, 503, /^THROTTLED$/],
    ['fails', { kind: 'status', status: 500 }, 502, /./],
    ['refuses its key', { kind: 'status', status: 401 }, 502, /./],
    ['hangs up', { kind: 'hang-up' }, 502, /./],
    ['answers nonsense', { kind: 'body', body: '<html>' }, 502, /./],
    ['never answers', { kind: 'silence' }, 504, /^DEADLINE_EXCEEDED$/],
  ])(
    'an embedding model that %s causes the same error response from every route',
    async (_name, fault, status, code) => {
      await withFunctions({ retrieve: 3, stream: 3 }, async (served) => {
        always(fault);
        for (const path of ['/retrieve', '/query', '/query/stream'])
          expectProblem(await served.ask(path, { question: QUESTION }), status, code);
        // Lexical search needs no model.
        model.faults.splice(0);
        always(fault);
        expect(await served.ask('/retrieve', { question: QUESTION, mode: 'lexical' })).toMatchObject({
          status: 200,
        });
      });
    },
  );

  it.each<[string, Fault, number, RegExp]>([
    ['throttles', { kind: 'status', status: 429 }, 503, /^THROTTLED$/],
    ['fails', { kind: 'status', status: 500 }, 502, /./],
    ['never answers', { kind: 'silence' }, 504, /^(DEADLINE_EXCEEDED|STAGE_TIMEOUT)$/],
    ['stops midway', { kind: 'stall', after: 1 }, 504, /^(DEADLINE_EXCEEDED|STAGE_TIMEOUT)$/],
  ])(
    'a language model that %s causes an error response from /query and /generate',
    async (_name, fault, status, code) => {
      await withFunctions({ generate: 3, stream: 3 }, async (served) => {
        const chunks = [
          { id: 'a', documentId: 'rules', text: 'There are twenty-five days of annual leave.' },
        ];
        always(fault);
        expectProblem(await served.ask('/generate', { question: QUESTION, chunks }), status, code);
        model.faults.splice(0);
        always(fault);
        expectProblem(await served.ask('/query', { question: QUESTION, mode: 'lexical' }), status, code);
      });
    },
  );

  it('functions with too short a timeout still return an error response', async () => {
    // The timeouts are shorter than the time that a function reserves for its response.
    for (const [name, path, body] of [
      ['retrieve', '/retrieve', {}],
      ['generate', '/generate', { chunks: [{ id: 'a', documentId: 'a', text: 'Twenty-five days.' }] }],
      ['baseline', '/query', {}],
      ['stream', '/query/stream', {}],
    ] as const) {
      const served = await servedLaptop(join(project.folder, '.srag'), environment, {
        timeouts: { [name]: 0.3 },
      });
      try {
        always({ kind: 'silence' });
        const asked = await served.ask(path, { question: QUESTION, ...body });
        expect([502, 503, 504], `${name} ${asked.status} ${asked.text}`).toContain(asked.status);
        expect(asked.headers.get('content-type')).toBe('application/problem+json');
        expect(asked.body).toMatchObject({ code: expect.any(String), requestId: expect.any(String) });
      } finally {
        model.faults.splice(0);
        await served.stop();
      }
    }
  });
});
