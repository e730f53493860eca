import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CliProject, temporaryProject } from '../support/cli.ts';
import { corpusContent } from '../support/corpus-content.ts';
import { fakeVector } from '../support/faults.ts';
import { type LocalServer, startHttpServer, until } from '../support/http-server.ts';

const RECORDS = 6_000;
/** Texts after which the embedder falls silent: several commits are done then. */
const SILENT_AFTER = 4_500;

/** An embeddings server that can be told to answer no more. */
async function startEmbeddings(): Promise<
  LocalServer & { patience: number; readonly silent: () => boolean }
> {
  let texts = 0;
  let isSilent = false;
  const server = await startHttpServer((request, response) => {
    const { input } = JSON.parse(request.body) as { input: string[] };
    texts += input.length;
    if (texts > made.patience) {
      isSilent = true;
      return;
    }
    const data = input.map((text, index) => ({ index, embedding: fakeVector(text, 8) }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  });
  const made = { ...server, patience: Number.POSITIVE_INFINITY, silent: () => isSilent };
  onTestFinished(() => server.stop());
  return made;
}

async function recordsProject(): Promise<CliProject> {
  const project = await temporaryProject();
  const records = Array.from({ length: RECORDS }, (_, index) =>
    JSON.stringify({ _id: `r${index}`, text: `Record ${index} speaks of item ${index * 7919}.` }),
  );
  await project.write('records.jsonl', records.join('\n'));
  return project;
}

describe('Ctrl-C during an ingest', () => {
  it('ends it with CANCELLED, keeps what was committed, and the next run completes to the same set', async () => {
    const server = await startEmbeddings();
    const project = await recordsProject();
    const settings = { baseUrl: server.url, model: 'm', dimensions: 8, batchSize: 256 };
    const ingest = (location: string): string[] => [
      ...['ingest', 'records.jsonl', '--no-index', '--location', location],
      ...['--embedder', 'openai-compatible', '--embedder-settings', JSON.stringify(settings), '--json'],
    ];
    const undisturbed = await project.run(ingest('undisturbed'));
    expect(undisturbed).toMatchObject({ exitCode: 0, json: { documents: { added: RECORDS } } });

    server.patience = RECORDS + SILENT_AFTER;
    const { child, ended } = project.start(ingest('interrupted'));
    await until(server.silent);
    child.kill('SIGINT');
    const interrupted = await ended;
    expect(interrupted).toMatchObject({
      exitCode: 130,
      json: {
        error: {
          code: 'CANCELLED',
          message: 'The ingest was interrupted; what was committed before is kept.',
          remedy: expect.stringContaining('Run the same command again'),
        },
      },
    });
    expect(interrupted.stderr).not.toMatch(/\n\s+at /);
    const listed = await project.json(['collection', 'list', '--location', 'interrupted']);
    const kept: number = listed.collections[0].documents;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(RECORDS);

    server.patience = Number.POSITIVE_INFINITY;
    const finished = await project.run(ingest('interrupted'));
    expect(finished.json.documents).toMatchObject({ added: RECORDS - kept, unchanged: kept, failed: 0 });
    const content = (location: string): Promise<readonly string[]> =>
      corpusContent({ location: { kind: 'file', path: join(project.folder, location) } });
    expect(await content('interrupted')).toEqual(await content('undisturbed'));
  });
});
