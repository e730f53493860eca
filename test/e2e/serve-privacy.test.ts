import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CliProject } from '../support/cli.ts';
import { handbookProject } from '../support/handbook.ts';
import { type OpenAiServer, startOpenAiServer } from '../support/openai-server.ts';
import { type ServedLaptop, servedLaptop } from '../support/served-laptop.ts';

const QUESTION = 'How many days of annual leave are there for SECRETQ?';

describe('the error message of a model server', () => {
  let model: OpenAiServer;
  let project: CliProject;
  let served: ServedLaptop;
  let settings: string;
  beforeAll(async () => {
    [model, project] = await Promise.all([startOpenAiServer(), handbookProject()]);
    settings = JSON.stringify({ baseUrl: model.url, model: 'm' });
    served = await servedLaptop(join(project.folder, '.srag'), {
      SRAG_GENERATOR: 'openai-compatible',
      SRAG_GENERATOR_SETTINGS: settings,
    });
  });
  afterAll(async () => {
    await served?.stop();
    await project?.remove();
    await model?.stop();
  });

  const refuse = (status: number): void =>
    void model.faults.push({ kind: 'status', status, message: `Content policy: ${QUESTION}` });

  it.each(['/query', '/query/stream'])(
    'for a question to %s does not appear in responses or logs',
    async (path) => {
      refuse(400);
      const asked = await served.ask(path, { question: QUESTION });
      expect(asked.text).toContain('GENERATOR_FAILED');
      expect(asked.text).toContain('Model m: HTTP 400.');
      await vi.waitFor(() => expect(served.logs.join('\n')).toContain('GENERATOR_FAILED'));
      expect(asked.text + served.logs.join('\n')).not.toMatch(/SECRETQ|127\.0\.0\.1/);
    },
  );

  it('is shown in the terminal', async () => {
    refuse(400);
    const words = ['--generator', 'openai-compatible', '--generator-settings', settings];
    const { stderr, exitCode } = await project.run(['ask', QUESTION, ...words]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('GENERATOR_FAILED: Model m: HTTP 400.');
    expect(stderr).toContain(`Content policy: ${QUESTION}`);
  });
});
