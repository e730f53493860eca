import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliProject, temporaryProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

const QUESTION = 'How many days of annual leave does every employee have?';

async function handbook(): Promise<CliProject> {
  const project = await temporaryProject();
  await writeHandbook(project);
  return project;
}

describe('srag ingest and the index', () => {
  it('publishes a snapshot, which the next command searches', async () => {
    const project = await handbook();
    const { index } = await project.json(['ingest', 'docs']);
    expect(index).toMatchObject({ kind: 'snapshot', isNew: true });
    const { answer, citations } = await project.json(['ask', QUESTION]);
    expect(answer).toMatch(/twenty-five/);
    expect(citations.length).toBeGreaterThan(0);
  });

  it('builds nothing if nothing changed, and says so', async () => {
    const project = await handbook();
    const first = await project.json(['ingest', 'docs']);
    const again = await project.run(['ingest', 'docs']);
    expect(again.stdout).toContain(`snapshot@${first.index.version} is up to date`);
    expect((await project.json(['index', 'list'])).versions).toHaveLength(1);
  });

  it('builds the kind that is already published, also for documents of an earlier ingest with --no-index', async () => {
    const project = await handbook();
    expect((await project.json(['ingest', 'docs', '--no-index'])).index).toBeUndefined();
    await project.json(['index', 'build', 'lancedb-flat']);
    await project.write('docs/parking.md', '# Parking\n\nThe garage has forty-one places.\n');
    await project.json(['ingest', 'docs', '--no-index']);
    const { index } = await project.json(['ingest', 'docs']);
    expect(index).toMatchObject({ kind: 'lancedb-flat', isNew: true });
    expect((await project.json(['search', 'garage places'])).hits[0].documentId).toBe('docs/parking.md');
  });

  it('keeps the documents if their index cannot be built, and ends with exit code 3', async () => {
    const project = await handbook();
    await project.write('srag.config.json', '{"index": "lancedb-ivf-hnsw-sq"}');
    const run = await project.run(['ingest', 'docs', '--embedder', 'hashing', '--json']);
    expect(run.exitCode).toBe(3);
    expect(run.json.index.error.code).toBe('TOO_FEW_ROWS');
    expect(run.stderr).toContain('TOO_FEW_ROWS');
    expect(run.json.documents.added).toBeGreaterThan(0);
    const { collections } = await project.json(['collection', 'list']);
    expect(collections[0]).toMatchObject({ documents: run.json.documents.added });
  });

  it('reports that the index still contains documents after an ingest removed the last ones', async () => {
    const project = await temporaryProject();
    await project.write('docs/a.md', '# A\n\nThe only one.\n');
    await project.json(['ingest', 'docs']);
    await rm(join(project.folder, 'docs/a.md'));
    const run = await project.run(['ingest', 'docs', '--json']);
    expect(run).toMatchObject({ exitCode: 3, json: { documents: { removed: 1 } } });
    expect(run.json.index.error.code).toBe('TOO_FEW_ROWS');
  });

  it('does not replace a signed version without its key', async () => {
    const project = await handbook();
    const env = { SRAG_SIGNING_KEY: randomBytes(32).toString('base64') };
    const { index } = await project.json(['ingest', 'docs'], { env });
    await project.write('docs/parking.md', '# Parking\n\nThe garage has forty-one places.\n');
    const others: Record<string, string>[] = [{}, { SRAG_SIGNING_KEY: randomBytes(32).toString('base64') }];
    for (const other of others) {
      const run = await project.run(['ingest', 'docs', '--json'], { env: other });
      expect(run.exitCode).toBe(3);
      expect(run.json.index.error.code).toMatch(/^INDEX_SIGNATURE_/);
    }
    expect((await project.json(['search', 'leave'], { env })).trace.index.version).toBe(index.version);
    expect((await project.json(['ingest', 'docs'], { env })).index.isNew).toBe(true);
  });
});
