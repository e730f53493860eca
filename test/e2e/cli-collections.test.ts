import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

describe('srag ingest', () => {
  it('adds, keeps, updates and removes documents, and writes nothing if nothing changed', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    const corpusVersion = async (): Promise<number> =>
      (await project.json(['collection', 'list'])).collections[0].version;

    const plan = await project.json(['ingest', 'docs', '--dry-run', '--embedder', 'hashing']);
    expect(plan).toMatchObject({ dryRun: true, documents: { added: 5 }, estimate: { costUsd: 0 } });
    await expect(stat(join(project.folder, '.srag'))).rejects.toThrow('ENOENT');

    expect(await project.json(['ingest', 'docs'])).toMatchObject({
      collection: 'default',
      documents: { added: 5, updated: 0, removed: 0, unchanged: 0, failed: 0 },
      failures: [],
    });
    const version = await corpusVersion();
    expect(await project.json(['ingest', 'docs'])).toMatchObject({
      documents: { added: 0, updated: 0, removed: 0, unchanged: 5, failed: 0 },
      chunks: 0,
    });
    expect(await corpusVersion()).toBe(version);

    await project.write('docs/leave.md', '# Leave\n\nEveryone has thirty days of leave.\n');
    await rm(join(project.folder, 'docs/ko/print.md'));
    expect(await project.json(['ingest', 'docs', '--prune=false'])).toMatchObject({
      documents: { added: 0, updated: 1, removed: 0, unchanged: 3 },
    });
    expect(await project.json(['show', 'docs/ko/print.md'])).toMatchObject({
      document: { title: '인쇄' },
    });
    expect(await project.json(['ingest', 'docs'])).toMatchObject({
      documents: { added: 0, updated: 0, removed: 1, unchanged: 4 },
    });
    const gone = await project.run(['show', 'docs/ko/print.md']);
    expect(gone).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('UNKNOWN_DOCUMENT') });
  });

  it('skips files by .sragignore, --exclude and --include', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    await project.write('.sragignore', 'expenses.md\n');
    const { documents } = await project.json(['ingest', 'docs', '--exclude', 'ko']);
    expect(documents.added).toBe(2);
    const listed = await project.json(['ingest', 'docs', '--include', '**/ko/*.md', '--prune=false']);
    expect(listed.documents).toMatchObject({ added: 2, removed: 0 });
  });
});

describe('srag index', () => {
  it('builds, lists, publishes, rolls back, validates, explains and deletes versions', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    await project.json(['ingest', 'docs', '--embedder', 'hashing', '--no-index']);
    const first = await project.json(['index', 'build', 'lancedb-flat']);
    expect(first).toMatchObject({ kind: 'lancedb-flat', published: true, validation: { recall: 1 } });
    await project.write('docs/new.md', '# New\n\nA page that no index has seen.\n');
    await project.json(['ingest', 'docs', '--no-index']);
    expect((await project.run(['search', 'leave'])).stderr).toContain('older than the corpus');
    const second = await project.json(['index', 'build', 'lancedb-flat', '--no-publish']);
    expect(second.published).toBe(false);

    const { versions, published } = await project.json(['index', 'list']);
    expect(published.version).toBe(first.version);
    expect(
      versions.map((one: { version: string; published: boolean; staleRows: number }) => [
        one.version,
        one.published,
        one.staleRows,
      ]),
    ).toEqual([
      [first.version, true, 1],
      [second.version, false, 0],
    ]);

    expect(await project.json(['index', 'publish', second.version])).toMatchObject({ generation: 2 });
    expect(await project.json(['index', 'publish', '--rollback'])).toMatchObject({ version: first.version });
    expect(await project.json(['index', 'validate', `lancedb-flat@${second.version}`])).toMatchObject({
      recall: 1,
      passed: true,
    });
    const stats = await project.json(['index', 'stats']);
    expect(stats).toMatchObject({ staleRows: 1, manifest: { version: first.version } });

    const third = await project.json(['index', 'build', 'lancedb-flat']);
    const { deleted } = await project.json(['index', 'gc', '--keep', '1']);
    expect(deleted).toEqual([second.version]);
    await project.json(['collection', 'compact']);
    const kept = await project.json(['search', 'leave', '--index', `lancedb-flat@${first.version}`]);
    expect(kept.hits.length).toBeGreaterThan(0);
    expect(kept.trace.index.version).toBe(first.version);
    expect((await project.json(['search', 'seen'])).trace.index.version).toBe(third.version);
  });

  it('refuses a kind that needs more rows than exist', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    await project.json(['ingest', 'docs', '--embedder', 'hashing', '--no-index']);
    const refused = await project.run(['index', 'build', 'lancedb-ivf-hnsw-sq', '--json']);
    expect(refused).toMatchObject({ exitCode: 2, json: { error: { code: 'TOO_FEW_ROWS' } } });
    expect((await project.json(['index', 'list'])).versions).toEqual([]);
  });
});

describe('srag collection', () => {
  it('keeps collections separate, and deletes one only after confirmation', async () => {
    const project = await temporaryProject();
    await writeHandbook(project);
    await project.json(['ingest', 'docs/ko', '--collection', 'korean']);
    await project.json(['ingest', 'docs/leave.md', '--collection', 'leave']);
    const names = async (): Promise<string[]> =>
      (await project.json(['collection', 'list'])).collections.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(['korean', 'leave']);
    const unsure = await project.run(['collection', 'delete', 'korean']);
    expect(unsure).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--yes') });
    expect(await project.json(['collection', 'delete', 'korean', '--yes'])).toMatchObject({
      deleted: 'korean',
    });
    expect(await names()).toEqual(['leave']);
  });
});
