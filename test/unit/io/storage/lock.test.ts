import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isGone, newHolder } from '../../../../src/io/storage/file/holder.ts';
import { removeLeftovers } from '../../../../src/io/storage/file/leftovers.ts';
import { withLock } from '../../../../src/io/storage/file/lock.ts';
import { openStorage } from '../../../../src/io/storage/index.ts';

/** Returns the name that this process has as the owner of a lock, with some parts of the name replaced. */
function holderWith(changes: Partial<Record<'host' | 'boot' | 'pid' | 'start', string>>): string {
  const [host = '', boot = '', pid = '', start = '', random = ''] = newHolder().split('~');
  const parts = { host, boot, pid, start, ...changes };
  return [parts.host, parts.boot, parts.pid, parts.start, random].join('~');
}

const deadPid = (): string => String(spawnSync(process.execPath, ['-e', '0']).pid);

/** Returns the id of a zombie process, whose parent runs until the test ends and never waits for it. */
async function zombiePid(): Promise<string> {
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    parent.kill();
  });
  const [pid] = await once(parent.stdout, 'data');
  return String(pid).trim();
}

describe('locks between processes', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('admit one caller at a time, and leave no files behind', async () => {
    let inside = 0;
    let most = 0;
    const done = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        withLock(folder, 'name', async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setTimeout(resolve, 2));
          inside--;
          return index;
        }),
      ),
    );
    expect(done).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('are released when the work fails', async () => {
    await expect(withLock(folder, 'name', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(folder, 'name', async () => 'yes')).toBe('yes');
  });

  it('of an ended process are taken over by one caller at a time, however many wait', async () => {
    for (let round = 0; round < 10; round++) {
      await writeFile(join(folder, 'name.lock'), holderWith({ pid: deadPid() }));
      let inside = 0;
      await Promise.all(
        Array.from({ length: 10 }, () =>
          withLock(folder, 'name', async () => {
            expect(++inside).toBe(1);
            await new Promise((resolve) => setImmediate(resolve));
            inside--;
          }),
        ),
      );
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('are taken over even if a process was killed during an earlier takeover', async () => {
    const [first, second] = [holderWith({ pid: deadPid() }), holderWith({ pid: deadPid() })];
    await writeFile(join(folder, 'name.lock'), first);
    await writeFile(join(folder, `break-${first}`), second);
    expect(await withLock(folder, 'name', async () => 'mine')).toBe('mine');
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a live process are waited for until the timeout; the error names the process', async () => {
    await writeFile(join(folder, 'name.lock'), newHolder());
    await expect(withLock(folder, 'name', async () => 'mine', 100)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining(`Process ${process.pid}`),
    });
    expect(await readdir(folder)).toEqual(['name.lock']);
  });

  it('distinguish processes with the same id by their start and by the boot of the machine', () => {
    expect(isGone(newHolder(), 0)).toBe(false);
    expect(isGone(holderWith({ pid: deadPid() }), 0)).toBe(true);
    expect(isGone(holderWith({ boot: 'another-boot' }), 0)).toBe(true);
    expect(isGone(holderWith({ start: '1' }), 0)).toBe(process.platform === 'linux');
  });

  it.skipIf(process.platform !== 'linux')('treat zombie processes as ended', async () => {
    const holder = holderWith({ pid: await zombiePid(), start: '' });
    await vi.waitFor(() => expect(isGone(holder, 0)).toBe(true));
  });

  it('of another machine are respected for a minute', () => {
    const foreign = holderWith({ host: 'another-machine' });
    expect(isGone(foreign, 59_000)).toBe(false);
    expect(isGone(foreign, 61_000)).toBe(true);
    expect(isGone('what is this', 59_000)).toBe(false);
    // A negative age occurs after the clock was set back.
    expect(isGone(foreign, -59_000)).toBe(false);
    expect(isGone(foreign, -61_000)).toBe(true);
  });

  it('protect the unfinished writes of live processes from removal', async () => {
    const [dead, alive] = [`${holderWith({ pid: deadPid() })}.part`, `${newHolder()}.part`];
    for (const name of [dead, alive, 'break-x', 'y.lock']) await writeFile(join(folder, name), '');
    await removeLeftovers(folder);
    expect((await readdir(folder)).sort()).toEqual([alive, 'break-x', 'y.lock'].sort());
  });
});

describe('file storage', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-file-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const open = (path = folder) => openStorage({ kind: 'file', path });

  it('removes the leftovers of killed processes on its first write, and never lists them', async () => {
    const storage = await open();
    await storage.write('key', new Uint8Array(1));
    const leftover = join(folder, '.srag-writes', `${holderWith({ pid: deadPid() })}.part`);
    await writeFile(leftover, 'half');
    const keys: string[] = [];
    for await (const { key } of storage.list('')) keys.push(key);
    expect(keys).toEqual(['key']);
    await (await open()).write('key', new Uint8Array(2));
    await expect(stat(leftover)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('rejects keys in its internal folder', async () => {
    const storage = await open();
    await expect(storage.write('.srag-writes/x', new Uint8Array())).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('gives a large object a new ETag on each write and each change from outside', async () => {
    const storage = await open();
    const etags = new Set<string>();
    for (let round = 0; round < 5; round++) {
      const etag = await storage.write('large', new Uint8Array(100_000).fill(round));
      expect((await storage.read('large')).etag).toBe(etag);
      etags.add(etag);
      // Adds a second per round: a round may take less than the clock's resolution, and inodes are reused.
      const future = Date.now() / 1_000 + 3_600 + round;
      await utimes(join(folder, 'large'), future, future);
      etags.add((await storage.read('large')).etag);
    }
    expect(etags.size).toBe(10);
  });

  it('reports a location below a file as not writable', async () => {
    await writeFile(join(folder, 'file'), '');
    const storage = await open(join(folder, 'file', 'below'));
    await expect(storage.write('key', new Uint8Array())).rejects.toMatchObject({
      code: 'LOCATION_NOT_WRITABLE',
      remedy: expect.stringContaining('folder'),
    });
    await expect(storage.read('key')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
  });

  it('rejects a key below another object, and a key that has objects below it', async () => {
    const storage = await open();
    await storage.write('a/b', new Uint8Array());
    for (const [key, condition] of [
      ['a/b/c', undefined],
      ['a', undefined],
      ['a', { ifNoneMatch: '*' }],
    ] as const) {
      await expect(storage.write(key, new Uint8Array(), condition)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });

  it('creates no folder until the first write', async () => {
    const storage = await open(join(folder, 'later'));
    await storage.delete(['key']);
    await expect(storage.read('key')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
    expect(await readdir(folder)).toEqual([]);
  });
});
