import { chmod, chown, lchown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/index.ts';
import { isRoot, NOBODY } from '../../support/other-user.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const load = (cwd: string, file?: string | false) =>
  loadConfig({ cwd, environment: {}, options: {}, ...(file === undefined ? {} : { file }) });
/** A configuration file that records its execution. */
const program = (name: string): string =>
  `globalThis.executed = '${name}'; export default { collection: 'mine' };`;
const executed = (): unknown => (globalThis as { executed?: unknown }).executed;

describe('the configuration file', () => {
  it.each(['srag.config.ts', 'srag.config.js', 'srag.config.json'])(
    'is refused if it is %s in a folder above the working directory, with an error that shows the option to use it',
    async (name) => {
      const root = await temporaryFolder();
      const cwd = join(root, 'docs', 'deep');
      await mkdir(cwd, { recursive: true });
      const file = join(root, name);
      await writeFile(file, name.endsWith('json') ? '{"collection": "mine"}' : program(file));
      await expect(load(cwd)).rejects.toMatchObject({
        code: 'INVALID_CONFIG',
        message: expect.stringContaining(`${file} is above the working directory`),
        remedy: expect.stringContaining(`--config ${file}`),
      });
      expect(executed()).not.toBe(file);
      expect((await load(cwd, file)).config.collection).toBe('mine');
      expect((await load(root)).config.collection).toBe('mine');
      expect((await load(cwd, false)).config.collection).toBe('default');
      await writeFile(join(cwd, 'srag.config.json'), '{"collection": "nearer"}');
      expect((await load(cwd)).config.collection).toBe('nearer');
    },
  );

  it.skipIf(!isRoot)(
    'is refused if it, a link to it or the target of a link belongs to another user',
    async () => {
      const folder = await temporaryFolder();
      const foreign = join(folder, 'foreign.js');
      const own = join(folder, 'own.js');
      await writeFile(foreign, program('foreign'));
      await writeFile(own, program('own'));
      await chown(foreign, NOBODY, NOBODY);
      await symlink(foreign, join(folder, 'to-foreign.js'));
      await symlink(own, join(folder, 'planted.js'));
      await lchown(join(folder, 'planted.js'), NOBODY, NOBODY);
      for (const name of ['foreign.js', 'to-foreign.js', 'planted.js']) {
        await expect(load(folder, name)).rejects.toMatchObject({
          code: 'INVALID_CONFIG',
          message: expect.stringContaining(`belongs to user ${NOBODY}, and srag runs as user 0`),
        });
      }
      expect(executed()).not.toBe('foreign');
      expect((await load(folder, 'own.js')).config.collection).toBe('mine');
      await writeFile(join(folder, 'srag.config.js'), program('foreign'));
      await chown(join(folder, 'srag.config.js'), NOBODY, NOBODY);
      await expect(load(folder)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    },
  );

  it.skipIf(process.getuid === undefined)('is refused if other users may write to it', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'srag.config.json');
    await writeFile(file, '{"collection": "mine"}');
    await chmod(file, 0o646);
    await expect(load(folder)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('every user may write to it'),
      remedy: expect.stringContaining('chmod go-w'),
    });
    // Many systems create a group for each user, so the file's group may be the user's own.
    await chmod(file, 0o664);
    expect((await load(folder)).config.collection).toBe('mine');
    if (!isRoot) return;
    await chown(file, 0, NOBODY);
    await chmod(file, 0o664);
    await expect(load(folder)).rejects.toMatchObject({ message: expect.stringContaining(`group ${NOBODY}`) });
  });

  it('causes different errors if it is missing and if one of its imports is missing', async () => {
    const folder = await temporaryFolder();
    await expect(load(folder, 'nowhere.js')).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
    await writeFile(join(folder, 'broken.js'), "import 'no-such-package-anywhere'; export default {};");
    await expect(load(folder, 'broken.js')).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('no-such-package-anywhere'),
    });
  });
});
