import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, open, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { corpusContent } from '../support/corpus-content.ts';
import { writeSampleFolder } from '../support/sample-folder.ts';

const SEED = 20261129;
const DISK_BYTES = 16 * 1024 * 1024;
const PIECE = new Uint8Array(4096);

/** Filling a disk requires a mount, which requires root or the permission to mount. */
const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;

describe.skipIf(!canMount)('srag on a full disk', () => {
  let project: CliProject;
  let disk: string;
  let location: string[];
  /** The corpus of an undisturbed ingest of `docs`. */
  let wanted: readonly string[];

  beforeAll(async () => {
    project = await CliProject.open();
    await writeSampleFolder(join(project.folder, 'docs'), 12, SEED);
    await writeSampleFolder(join(project.folder, 'more'), 40, SEED + 1);
    await rm(join(project.folder, 'more/records.jsonl'));
    const path = join(project.folder, 'undisturbed');
    await project.json(['ingest', 'docs', '--embedder', 'hashing', '--location', path]);
    wanted = await corpusContent({ location: { kind: 'file', path } });
    disk = await mkdtemp(join(tmpdir(), 'srag-disk-'));
  });
  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk]);
    location = ['--location', join(disk, 'location')];
  });
  afterEach(() => void execFileSync('umount', [disk]));
  afterAll(async () => {
    await rmdir(disk);
    await project.remove();
  });

  const place = () => ({ location: { kind: 'file' as const, path: join(disk, 'location') } });
  const ingest = (...paths: string[]) => [
    'ingest',
    ...paths,
    '--no-index',
    '--embedder',
    'hashing',
    ...location,
  ];
  const code = async (words: readonly string[]): Promise<string> => {
    const { exitCode, json } = await project.run([...words, '--json']);
    return exitCode === 0 ? 'done' : json.error.code;
  };
  const answers = async (): Promise<unknown> =>
    (await project.json(['search', 'latency storage', ...location])).hits.map(({ id }: { id: string }) => id);

  it.each([0, 12, 48, 160])(
    'completes, once there is space again, a first ingest that had only %i KiB',
    async (freeKib) => {
      await fill(disk, freeKib * 1024);
      expect(await code(ingest('docs'))).toBe('DISK_FULL');
      await rm(join(disk, 'filler'));
      await project.json(ingest('docs'));
      expect(await corpusContent(place())).toEqual(wanted);
    },
  );

  it('keeps stored and published data if ingest, index build or index publish runs out of space', async () => {
    await project.json(ingest('docs'));
    for (const kind of ['lancedb-flat', 'snapshot'])
      await project.json(['index', 'build', kind, ...location]);
    const { versions } = await project.json(['index', 'list', ...location]);
    const [before, hits] = [await corpusContent(place()), await answers()];
    await fill(disk, 0);
    expect(await code(ingest('docs', 'more'))).toBe('DISK_FULL');
    expect(await code(['index', 'build', 'lancedb-flat', ...location])).toBe('DISK_FULL');
    expect(await code(['index', 'build', 'snapshot', ...location])).toBe('DISK_FULL');
    expect(await code(['index', 'publish', versions[0].version, ...location])).toBe('DISK_FULL');
    expect(await corpusContent(place())).toEqual(before);
    expect(await answers()).toEqual(hits);
    expect((await project.json(['index', 'list', ...location])).versions).toEqual(versions);
    await rm(join(disk, 'filler'));
    await project.json(ingest('docs', 'more'));
    await project.json(['index', 'build', 'snapshot', ...location]);
  });

  it('frees space with index gc', async () => {
    await project.json(ingest('docs'));
    for (const kind of ['lancedb-flat', 'snapshot', 'snapshot', 'snapshot'])
      await project.json(['index', 'build', kind, ...location]);
    const hits = await answers();
    await fill(disk, 0);
    expect((await project.json(['index', 'gc', '--keep', '0', ...location])).deleted).toHaveLength(2);
    expect((await project.json(['index', 'list', ...location])).versions).toHaveLength(2);
    expect(await answers()).toEqual(hits);
    expect(await readdir(join(disk, 'location/.srag-writes'))).toEqual([]);
    await project.json(['index', 'build', 'snapshot', ...location]);
  });

  it('deletes a collection', async () => {
    await project.json(ingest('docs'));
    await project.json(['index', 'build', 'snapshot', ...location]);
    // Removes the folder of locks, which cannot be created again on the full disk.
    await rm(join(disk, 'location/.srag-writes'), { recursive: true });
    await fill(disk, 0);
    await project.json(['collection', 'delete', 'default', '--yes', ...location]);
    expect((await project.json(['collection', 'list', ...location])).collections).toEqual([]);
    await project.json(ingest('docs'));
  });
});

/** Fills the disk except for `freeBytes`. */
async function fill(disk: string, freeBytes: number): Promise<void> {
  const spare = join(disk, 'spare');
  await writeFile(spare, new Uint8Array(freeBytes));
  const filler = await open(join(disk, 'filler'), 'w');
  try {
    for (;;) await filler.write(PIECE);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    await filler.close();
    await rm(spare);
  }
}
