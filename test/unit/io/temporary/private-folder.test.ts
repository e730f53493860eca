import { spawnSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownProcess } from '../../../../src/io/storage/index.ts';
import { abandonedFolders, privateFolder } from '../../../../src/io/temporary/index.ts';
import { asNobody, isRoot, NOBODY } from '../../../support/other-user.ts';

const STORAGE = fileURLToPath(new URL('../../../../src/io/storage/index.ts', import.meta.url));

/** The name (`ownProcess`) of a process that has ended. */
const endedProcess = (): string =>
  spawnSync(
    process.execPath,
    ['-e', `import(${JSON.stringify(STORAGE)}).then(({ ownProcess }) => console.log(ownProcess()))`],
    { encoding: 'utf8' },
  ).stdout.trim();

describe('a private folder', () => {
  const before = process.env.TMPDIR;
  let temporary: string;
  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'srag-private-test-'));
    process.env.TMPDIR = temporary;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    await rm(temporary, { recursive: true, force: true });
  });

  it('is accessible only to this user, and has a new name each time', async () => {
    const mask = process.umask(0);
    const folders = [await privateFolder('x'), await privateFolder('x')];
    process.umask(mask);
    expect(new Set(folders).size).toBe(2);
    for (const folder of folders) expect((await stat(folder)).mode & 0o777).toBe(0o700);
    // Neither call removes the folder of the other call, because the process is alive.
    expect(await readdir(temporary)).toHaveLength(2);
  });

  it('is created after removing the folders of killed processes, but no other folders', async () => {
    const ended = endedProcess();
    const kept = [
      ...[
        `srag-x-${ownProcess()}-AAAAAA`,
        `srag-y-${ended}-AAAAAA`,
        `srag-x-${ended}`,
        `srag-x-${ended}-AAAA/b`,
      ],
      ...['srag-x-notes-AAAAAA', 'srag-x-1.2-AAAAAA', 'other'],
      // The folder of a process in another container, whose processes are not visible in this container.
      `srag-x-1.${ended.split('.').slice(1).join('.')}-AAAAAA`,
    ];
    for (const name of kept) await mkdir(join(temporary, name), { recursive: true });
    await mkdir(join(temporary, `srag-x-${ended}-AAAAAA`, 'inner'), { recursive: true });
    // The process id now belongs to a live process that started later.
    await mkdir(join(temporary, `srag-x-${ownProcess().replace(/\d+$/, '1')}-AAAAAA`));
    const folder = await privateFolder('x');
    const names = kept.map((name) => name.split('/')[0]!);
    expect((await readdir(temporary)).sort()).toEqual([...names, basename(folder)].sort());
  });

  it('is created without following a link that is named like the folder of a killed process', async () => {
    const target = join(temporary, 'target');
    await mkdir(target);
    await writeFile(join(target, 'precious'), 'x');
    await symlink(target, join(temporary, `srag-x-${endedProcess()}-AAAAAA`));
    await privateFolder('x');
    expect(await readdir(target)).toEqual(['precious']);
    expect(await abandonedFolders('x')).toEqual([]);
  });

  it.skipIf(!isRoot)('is created without removing folders of other users', async () => {
    const name = join(temporary, `srag-x-${endedProcess()}-AAAAAA`);
    await mkdir(name);
    await chown(name, NOBODY, NOBODY);
    expect(await abandonedFolders('x')).toEqual([]);
    await privateFolder('x');
    expect((await stat(name)).uid).toBe(NOBODY);
  });

  it.skipIf(!isRoot)('cannot be listed by a process of another user', async () => {
    const folder = await privateFolder('x');
    await writeFile(join(folder, 'secret'), 'x');
    const script = `try { require('node:fs').readdirSync(${JSON.stringify(folder)}) } catch (e) { console.log(e.code) }`;
    expect(asNobody(script)).toBe('EACCES');
  });

  it('fails with a remedy if it cannot be created', async () => {
    process.env.TMPDIR = join(temporary, 'missing');
    await expect(privateFolder('x')).rejects.toMatchObject({
      code: 'LOCATION_NOT_WRITABLE',
      message: expect.stringContaining('missing'),
      remedy: expect.stringContaining('TMPDIR'),
    });
  });
});
