import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CliProject, temporaryProject } from '../support/cli.ts';
import { corpusContent } from '../support/corpus-content.ts';
import { fakeVector } from '../support/faults.ts';
import { type LocalServer, startHttpServer, until } from '../support/http-server.ts';

const RECORDS = 6_000;
/** Number of texts after which the embedder hangs, which is in the middle of a batch. */
const SILENT_AFTER = 3_900;

/** An embeddings server that can be made to hang. */
async function startEmbeddings(): Promise<
  LocalServer & { patience: number; readonly silent: () => boolean; readonly answered: () => number }
> {
  let texts = 0;
  let answered = 0;
  let isSilent = false;
  const server = await startHttpServer((request, response) => {
    const { input } = JSON.parse(request.body) as { input: string[] };
    texts += input.length;
    if (texts > made.patience) {
      isSilent = true;
      return;
    }
    answered += input.length;
    const data = input.map((text, index) => ({ index, embedding: fakeVector(text, 8) }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  });
  const made = {
    ...server,
    patience: Number.POSITIVE_INFINITY,
    silent: () => isSilent,
    answered: () => answered,
  };
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
  it('ends it with CANCELLED and keeps every embedded document; the next run completes the corpus', async () => {
    const server = await startEmbeddings();
    const project = await recordsProject();
    const settings = { baseUrl: server.url, model: 'm', dimensions: 8, batchSize: 256 };
    const ingest = (location: string): string[] => [
      ...['ingest', 'records.jsonl', '--no-index', '--location', location],
      ...['--embedder', 'openai-compatible', '--embedder-settings', JSON.stringify(settings), '--json'],
    ];
    const undisturbed = await project.run(ingest('undisturbed'));
    expect(undisturbed).toMatchObject({ exitCode: 0, json: { documents: { added: RECORDS } } });

    const before = server.answered();
    server.patience = before + SILENT_AFTER;
    const { child, ended } = project.start(ingest('interrupted'));
    await until(server.silent);
    child.kill('SIGINT');
    const interrupted = await ended;
    expect(interrupted).toMatchObject({
      exitCode: 130,
      json: {
        error: {
          code: 'CANCELLED',
          message: 'The ingest was interrupted; every document that was embedded or written is kept.',
          remedy: expect.stringContaining('Run the same command again'),
        },
      },
    });
    expect(interrupted.stderr).not.toMatch(/\n\s+at /);
    const listed = await project.json(['collection', 'list', '--location', 'interrupted']);
    const kept: number = listed.collections[0].documents;
    // One answered text is no document: the first small request only checks that the model answers.
    expect(kept).toBe(server.answered() - before - 1);
    expect(kept).toBeGreaterThan(SILENT_AFTER - 2 * 256);

    server.patience = Number.POSITIVE_INFINITY;
    const finished = await project.run(ingest('interrupted'));
    expect(server.answered() - before).toBe(RECORDS + 2);
    expect(finished.json.documents).toMatchObject({ added: RECORDS - kept, unchanged: kept, failed: 0 });
    const content = (location: string): Promise<readonly string[]> =>
      corpusContent({ location: { kind: 'file', path: join(project.folder, location) } });
    expect(await content('interrupted')).toEqual(await content('undisturbed'));
  });

  it('keeps the embedded part of a large document; the next run embeds only the rest', async () => {
    const server = await startEmbeddings();
    const project = await temporaryProject();
    const sentences = Array.from(
      { length: 4_000 },
      (_, index) => `Sentence ${index} names part ${index * 7919}.`,
    );
    await project.write('book.txt', sentences.join(' '));
    const settings = { baseUrl: server.url, model: 'm', dimensions: 8, batchSize: 32 };
    const words = ['ingest', 'book.txt', '--no-index', '--max-tokens', '64', '--overlap-tokens', '0'];
    const options = ['--embedder', 'openai-compatible', '--embedder-settings', JSON.stringify(settings)];
    server.patience = 400;
    const { child, ended } = project.start([...words, ...options]);
    await until(server.silent);
    child.kill('SIGINT');
    expect((await ended).exitCode).toBe(130);
    const [listed] = (await project.json(['collection', 'list'])).collections;
    expect(listed).toMatchObject({ documents: 0, chunks: 0 });
    const before = server.answered() - 1;
    expect(before).toBeGreaterThan(300);

    server.patience = Number.POSITIVE_INFINITY;
    const finished = await project.json(words);
    expect(finished.documents).toMatchObject({ added: 1, failed: 0 });
    expect(finished).toMatchObject({ vectorsReused: before });
    expect(server.answered()).toBe(finished.chunks + 2);
    expect(await readdir(join(project.folder, '.srag', 'default'))).not.toContain('embedded');
  });
});
