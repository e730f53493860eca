import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thirdPartyNotices } from '../../scripts/third-party-notices.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Writes a package to node_modules and returns the id of a module in it. */
async function writePackage(
  root: string,
  facts: { name: string; license?: string; author?: string },
  text?: string,
) {
  const folder = join(root, 'node_modules', facts.name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ version: '1.2.3', ...facts }));
  if (text !== undefined) await writeFile(join(folder, 'LICENSE.md'), text);
  return join(folder, 'lib', 'index.js');
}

/** The notices file that the plugin emits for a bundle of these modules, if it emits one. */
function emitted(...ids: string[]): { fileName: string; source: string } | undefined {
  const files: object[] = [];
  const context = { emitFile: (file: object) => void files.push(file) };
  const modules = Object.fromEntries(ids.map((id) => [id, {}]));
  thirdPartyNotices().generateBundle.call(context, {}, { 'index.js': { type: 'chunk', modules } });
  return files[0] as ReturnType<typeof emitted>;
}

describe('the notices of a bundle', () => {
  it('contain the licence text of every package, but the same text only once', async () => {
    const root = await temporaryFolder();
    const ids = [
      await writePackage(root, { name: '@scope/one', license: 'MIT' }, 'Copyright A\nMIT text'),
      await writePackage(root, { name: 'two', license: '(MIT OR GPL-3.0)' }, 'Copyright A\r\nMIT text\n'),
      await writePackage(root, { name: 'three', license: 'ISC', author: 'B' }),
      await writePackage(root, { name: 'four', license: 'MIT-0' }),
      await writePackage(
        join(root, 'node_modules/two'),
        { name: 'inner', license: 'BSD-3-Clause' },
        'BSD text',
      ),
      join(root, 'src/own.ts'),
    ];
    const readme = '# Five\n\nText.\n\n## License\n\nCopyright C\n\nPermission text\n\n## More\n\nOther.\n';
    ids.push(await writePackage(root, { name: 'five', license: 'MIT' }));
    await writeFile(join(root, 'node_modules/five/README.md'), readme);
    const { fileName, source } = emitted(...ids)!;
    expect(fileName).toBe('THIRD-PARTY-NOTICES.txt');
    expect(source.split('Copyright A\nMIT text')).toHaveLength(2);
    expect(source).toContain('@scope/one 1.2.3 (MIT)\ntwo 1.2.3 ((MIT OR GPL-3.0))\n');
    expect(source).toMatch(/three 1\.2\.3 \(ISC\)\n\nCopyright B\n\nPermission to use/);
    expect(source).toContain('four 1.2.3 (MIT-0)');
    expect(source).toContain('five 1.2.3 (MIT)\n\nCopyright C\n\nPermission text\n');
    expect(source).not.toContain('Other.');
    expect(source).toContain('inner 1.2.3 (BSD-3-Clause)\n\nBSD text');
  });

  it('name AssemblyScript if the bundle contains the kernels, and are omitted if no package is bundled', () => {
    expect(emitted('/any/src/indexes/snapshot/kernels/query-kernels.ts')!.source).toContain('assemblyscript');
    expect(emitted('/any/src/core/errors.ts')).toBeUndefined();
  });

  it('are not written, and the build fails, if a licence is not allowed, is missing or has no text', async () => {
    const root = await temporaryFolder();
    const strict = await writePackage(root, { name: 'strict', license: 'GPL-3.0-only' }, 'text');
    const both = await writePackage(root, { name: 'both', license: 'MIT AND GPL-3.0-only' }, 'text');
    const none = await writePackage(root, { name: 'none' }, 'text');
    const textless = await writePackage(root, { name: 'textless', license: 'MIT', author: 'A' });
    expect(() => emitted(strict)).toThrow("strict@1.2.3: 'GPL-3.0-only' is not");
    expect(() => emitted(both)).toThrow('both@1.2.3');
    expect(() => emitted(none)).toThrow("none@1.2.3: 'undefined' is not");
    expect(() => emitted(textless)).toThrow('textless@1.2.3: the package has no licence text (MIT)');
  });
});
