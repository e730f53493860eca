import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { type ServedProject, serve } from '../support/served.ts';

const question = 'How many days of annual leave does every employee have?';

describe.each([
  ['in functions', []],
  ['in this process', ['--in-process']],
] as const)('srag serve %s', (_, words) => {
  let project: CliProject;
  let served: ServedProject;

  beforeAll(async () => {
    project = await CliProject.open();
    await writeHandbook(project);
    for (const name of ['mine', 'shared', 'private']) {
      await project.json(['ingest', 'docs', '--collection', name]);
      await project.json(['index', 'build', 'snapshot', '--collection', name]);
    }
    served = await serve(project, [...words, '--collection', 'mine', '--allow-collection', 'shared']);
  });
  afterAll(async () => {
    await served?.end();
    await project?.remove();
  });

  const ask = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(served.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, text: await response.text() };
  };

  it.each(['/query', '/query/stream', '/retrieve', '/retrieve-mock'])(
    '%s answers for the configured collections only, and reveals no other',
    async (path) => {
      expect((await ask(path, { question })).status).toBe(200);
      expect((await ask(path, { question, collection: 'shared' })).status).toBe(200);
      for (const collection of ['private', 'nowhere']) {
        const { status, text } = await ask(path, { question, collection });
        expect(status).toBe(404);
        expect(JSON.parse(text)).toMatchObject({ code: 'UNKNOWN_COLLECTION' });
        expect(text.replaceAll(`'${collection}'`, '')).not.toMatch(/mine|shared|private/);
      }
    },
  );
});

it('warns at startup if nothing is published yet, and answers after a publication', async () => {
  const project = await CliProject.open();
  await writeHandbook(project);
  await project.json(['ingest', 'docs', '--no-index']);
  const served = await serve(project, ['--in-process']);
  try {
    await vi.waitFor(() => expect(served.said()).toContain('No question can be answered yet.'));
    await project.json(['ingest', 'docs']);
    await vi.waitFor(async () => expect(await served.answersWell()).toBe(true), {
      timeout: 20_000,
      interval: 500,
    });
  } finally {
    await served.close();
  }
});
