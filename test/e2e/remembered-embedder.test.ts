import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CliProject, temporaryProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { type OpenAiServer, startOpenAiServer } from '../support/openai-server.ts';
import { serve } from '../support/served.ts';

const QUESTION = 'How many days of annual leave does every employee have?';
const KEY = 'k-5e3a91c07d';
const KEY_ALONE = { SRAG_EMBEDDER_SETTINGS: JSON.stringify({ apiKey: KEY }) };

/** An embeddings server that records its requests. */
async function embeddings(): Promise<OpenAiServer> {
  const server = await startOpenAiServer();
  onTestFinished(() => server.stop());
  return server;
}

const textsOf = (server: OpenAiServer): string[] =>
  server.requests.flatMap(({ body }) => (JSON.parse(body) as { input: string[] }).input);

describe('the embedder recorded in a collection', () => {
  let server: OpenAiServer;
  let project: CliProject;
  let settings: Record<string, unknown>;
  const embedder = (change: object = {}): string[] => [
    ...['--embedder', 'openai-compatible', '--embedder-settings', JSON.stringify({ ...settings, ...change })],
  ];

  beforeEach(async () => {
    server = await embeddings();
    project = await temporaryProject();
    await writeHandbook(project);
    settings = { baseUrl: server.url, model: 'm', dimensions: 8, queryPrefix: 'query: ', apiKey: KEY };
    await project.json(['ingest', 'docs', ...embedder()]);
    server.requests.length = 0;
  });

  it('is used by questions, indexes, evaluations and later ingests without options', async () => {
    const found = await project.json(['search', QUESTION, '--mode', 'vector']);
    expect(found.hits[0].scores).toHaveProperty('vector');
    await project.json(['ask', QUESTION]);
    expect(new Set(textsOf(server))).toEqual(new Set([`query: ${QUESTION}`]));
    await project.json(['index', 'build', 'lancedb-flat']);
    await project.write('questions.jsonl', JSON.stringify({ text: QUESTION, relevant: ['docs/leave.md'] }));
    await project.json(['compare', 'questions.jsonl', '--kinds', 'lancedb-flat,snapshot']);
    server.requests.length = 0;
    await project.write('docs/parking.md', 'Bicycles are parked in the cellar.');
    expect((await project.json(['ingest', 'docs'])).documents).toMatchObject({ added: 1, failed: 0 });
    expect(textsOf(server).at(-1)).toMatch(/cellar/);
  });

  it.each([
    ['in functions', []],
    ['in this process', ['--in-process']],
  ])('is used by serve without options %s', async (_, words) => {
    const served = await serve(project, words);
    onTestFinished(async () => void (await served.end()));
    const response = await fetch(`${served.url}/retrieve`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: QUESTION, mode: 'vector', topK: 2 }),
    });
    expect(await response.json()).toMatchObject({ hits: [{ scores: { vector: expect.any(Number) } }, {}] });
    expect(textsOf(server)).toEqual([`query: ${QUESTION}`]);
  });

  it('excludes the key, which is given separately and combined with the recorded settings', async () => {
    const files = await readdir(join(project.folder, '.srag'), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile()))
      expect(await readFile(join(file.parentPath, file.name), 'latin1'), file.name).not.toContain(KEY);
    await project.json(['search', QUESTION, '--mode', 'vector']);
    expect(server.requests.at(-1)!.headers.authorization).toBeUndefined();
    await project.json(['search', QUESTION, '--mode', 'vector'], { env: KEY_ALONE });
    expect(server.requests.at(-1)!.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it('cannot be replaced by another model, with options or by name', async () => {
    for (const words of [embedder({ model: 'other' }), ['--embedder', 'hashing']])
      for (const command of [
        ['search', QUESTION, '--mode', 'vector'],
        ['ingest', 'docs'],
      ]) {
        const refused = await project.run([...command, ...words, '--json']);
        expect(refused).toMatchObject({ exitCode: 2, json: { error: { code: 'EMBEDDER_MISMATCH' } } });
        expect(refused.json.error.remedy).toContain('remembers');
      }
    expect(server.requests).toEqual([]);
  });

  it('can be served by another address, which is recorded after an ingest', async () => {
    const other = await embeddings();
    await project.json(['search', QUESTION, '--mode', 'vector', ...embedder({ baseUrl: other.url })]);
    expect([server.requests.length, other.requests.length]).toEqual([0, 1]);
    await project.json(['search', QUESTION, '--mode', 'vector']);
    expect([server.requests.length, other.requests.length]).toEqual([1, 1]);
    await project.json(['ingest', 'docs', ...embedder({ baseUrl: other.url, queryPrefix: '' })]);
    await project.json(['search', QUESTION, '--mode', 'vector']);
    expect(server.requests).toHaveLength(1);
    expect(textsOf(other).at(-1)).toBe(QUESTION);
  });
});
