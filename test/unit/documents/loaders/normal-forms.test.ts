import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ListOptions, listFiles } from '../../../../src/documents/loaders/index.ts';
import { temporaryFolder } from './load-all.ts';

const FORMS = ['NFC', 'NFD'] as const;
const PAIRS = FORMS.flatMap((disk) => FORMS.map((typed) => [disk, typed] as const));

/** Sources listed if file names have the Unicode form `disk`, and paths and patterns have the form `typed`. */
async function sourcesOf(
  disk: string,
  typed: string,
  options: Partial<ListOptions>,
  rules?: string,
): Promise<string[]> {
  await using folder = await temporaryFolder();
  const inside = join(folder.path, '문서'.normalize(disk));
  await mkdir(join(inside, '초안'.normalize(disk)), { recursive: true });
  await writeFile(join(inside, '초안'.normalize(disk), 'a.md'), 'a');
  await writeFile(join(inside, '휴가 é.md'.normalize(disk)), 'b');
  if (rules !== undefined) await writeFile(join(inside, '.sragignore'), rules.normalize(typed));
  const asked = join(folder.path, '문서'.normalize(typed));
  const { files } = await listFiles([asked], { projectRoot: folder.path, ...options });
  return files.map(({ source }) => source);
}

describe.each(PAIRS)('file names in %s and patterns in %s', (disk, typed) => {
  it('match in --exclude, --include, ignore files and paths of folders', async () => {
    const exclude = ['초안'.normalize(typed)];
    expect(await sourcesOf(disk, typed, { exclude })).toEqual(['문서/휴가 é.md']);
    expect(await sourcesOf(disk, typed, { include: ['휴가*é.md'.normalize(typed)] })).toEqual([
      '문서/휴가 é.md',
    ]);
    expect(await sourcesOf(disk, typed, { include: ['?가*'.normalize(typed)] })).toEqual(['문서/휴가 é.md']);
    expect(await sourcesOf(disk, typed, {}, '초안/\n')).toEqual(['문서/휴가 é.md']);
    expect(await sourcesOf(disk, typed, {})).toEqual(['문서/초안/a.md', '문서/휴가 é.md']);
  });
});
