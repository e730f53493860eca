import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliProject } from '../support/cli.ts';
import { askWithPauses, Figures, FREEZES_TIMEOUT_MS } from '../support/freezes.ts';
import { handbookProject } from '../support/handbook.ts';
import { startMortalRelay } from '../support/mortal-relay.ts';
import { type OpenAiServer, startOpenAiServer } from '../support/openai-server.ts';
import { servedLaptop } from '../support/served-laptop.ts';

/**
 * Idle time until an environment is frozen: shorter than the pauses of the test, and longer than the time for
 * which clients reuse idle connections unchecked.
 */
const FREEZE_MS = 55;
const PATHS = ['/query', '/retrieve', '/query/stream'] as const;

describe('functions that are frozen between invocations', () => {
  let project: CliProject;
  let models: OpenAiServer;

  beforeAll(async () => {
    models = await startOpenAiServer();
    const embedder = JSON.stringify({ baseUrl: `${models.url}/v1`, model: 'test', dimensions: 8 });
    project = await handbookProject('--embedder', 'openai-compatible', '--embedder-settings', embedder);
  });
  afterAll(async () => {
    await project?.remove();
    await models?.stop();
  });

  it.each(['reset', 'silent'] as const)(
    'answer although their idle connections are %s',
    async (sockets) => {
      const freeze = { idleMs: FREEZE_MS, sockets };
      const relay = await startMortalRelay(models.url);
      const model = { baseUrl: `${relay.url}/v1`, model: 'test' };
      const served = await servedLaptop(
        join(project.folder, '.srag'),
        {
          SRAG_MODE: 'hybrid',
          SRAG_EMBEDDER: 'openai-compatible',
          SRAG_EMBEDDER_SETTINGS: JSON.stringify({ ...model, dimensions: 8 }),
          SRAG_GENERATOR: 'openai-compatible',
          SRAG_GENERATOR_SETTINGS: JSON.stringify(model),
        },
        { freeze },
      );
      try {
        const figures = new Figures();
        await askWithPauses(
          async (number) => {
            const path = PATHS[number % PATHS.length]!;
            // Half of the questions are repeated, so the query cache has their answers.
            const question = `How many days of annual leave are there? ${Math.floor(number / 6)}`;
            await figures.measure(path, async () => {
              const { status, text } = await served.ask(path, { question });
              expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
              if (path === '/query/stream') expect(text).toContain('event: done');
            });
          },
          () => relay.endConnections(sockets),
        );
        figures.check(`functions, connections ${sockets}`);
        // One environment of each function was frozen and thawed repeatedly; none was replaced.
        for (const name of ['baseline', 'retrieve', 'generate', 'stream'])
          expect(served.laptop.functions.environments(name)).toBe(1);
      } finally {
        await served.stop();
        await relay.stop();
      }
    },
    FREEZES_TIMEOUT_MS,
  );
});
