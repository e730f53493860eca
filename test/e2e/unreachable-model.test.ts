import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { type OpenAiServer, startOpenAiServer } from '../support/openai-server.ts';

const optionsOf = (server: OpenAiServer): string[] => [
  ...['--embedder', 'openai-compatible', '--embedder-settings'],
  JSON.stringify({ baseUrl: server.url, model: 'm', dimensions: 8, attempts: 1 }),
];

async function models(): Promise<OpenAiServer> {
  const server = await startOpenAiServer();
  onTestFinished(() => server.stop());
  return server;
}

describe('a model that does not answer', () => {
  it('is detected with one small request, before a collection is created', async () => {
    const [server, project] = [await models(), await temporaryProject()];
    await writeHandbook(project);
    server.faults.push({ kind: 'status', status: 404, message: 'no such model' });
    const failed = await project.run(['ingest', 'docs', ...optionsOf(server), '--json']);
    expect(failed).toMatchObject({ exitCode: 1, json: { error: { code: 'MODEL_NOT_FOUND' } } });
    expect(server.requests.map(({ body }) => JSON.parse(body).input)).toEqual([['text']]);
    expect((await project.json(['collection', 'list'])).collections).toEqual([]);
    expect((await project.json(['ingest', 'docs', ...optionsOf(server)])).documents.failed).toBe(0);
  });

  it('is not called if nothing changed, and is detected before a changed document is embedded', async () => {
    const [server, project] = [await models(), await temporaryProject()];
    await writeHandbook(project);
    await project.json(['ingest', 'docs', ...optionsOf(server)]);
    server.requests.length = 0;
    expect((await project.json(['ingest', 'docs'])).documents).toMatchObject({ added: 0, failed: 0 });
    expect(server.requests).toEqual([]);
    await project.write('docs/parking.md', 'Bicycles are parked in the cellar.');
    server.faults.push({ kind: 'status', status: 500 });
    const failed = await project.run(['ingest', 'docs', '--json']);
    expect(failed).toMatchObject({ exitCode: 1, json: { error: { code: 'EMBEDDER_FAILED' } } });
    expect(server.requests.map(({ body }) => JSON.parse(body).input)).toEqual([['text']]);
  });

  it.each(['bedrock-titan', 'transformers'])(
    'is also detected for %s, without leaving a collection',
    async (embedder) => {
      const project = await temporaryProject();
      await writeHandbook(project);
      const settings = embedder === 'transformers' ? { modelPath: 'nowhere', dimensions: 384 } : {};
      const failed = await project.run(
        ['ingest', 'docs', '--embedder', embedder, '--embedder-settings', JSON.stringify(settings), '--json'],
        { env: { AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true', HOME: project.folder } },
      );
      expect(failed.exitCode).toBe(1);
      expect((await project.json(['collection', 'list'])).collections).toEqual([]);
    },
  );
});
