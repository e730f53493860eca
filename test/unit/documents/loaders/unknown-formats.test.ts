import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ListOptions, listFiles } from '../../../../src/documents/loaders/index.ts';
import { temporaryFolder } from './load-all.ts';

describe('a listing', () => {
  it('names files of unknown formats, except files that ignore rules or globs exclude', async () => {
    await using folder = await temporaryFolder();
    const contents = {
      'docs/.sragignore': 'old/',
      'docs/a.md': 'a',
      'docs/slides.pptx': 'x',
      'docs/old/slides.pptx': 'x',
      'docs/table.csv': 'x',
      ...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`docs/media/${100 + at}.png`, 'x'])),
    };
    for (const [name, content] of Object.entries(contents)) {
      await mkdir(dirname(join(folder.path, name)), { recursive: true });
      await writeFile(join(folder.path, name), content);
    }
    const list = async (options: Partial<ListOptions>) =>
      (await listFiles(['docs'], { projectRoot: folder.path, cwd: folder.path, ...options })).skipped;
    expect(await list({ exclude: ['media'] })).toMatchObject({
      unknownFormat: 2,
      unknownFormatFiles: ['docs/slides.pptx', 'docs/table.csv'],
    });
    const { unknownFormat, unknownFormatFiles } = await list({});
    expect([unknownFormat, unknownFormatFiles.length, unknownFormatFiles[0]]).toEqual([
      32,
      20,
      'docs/media/100.png',
    ]);
    expect(await list({ include: ['*.md'] })).toMatchObject({ unknownFormat: 0, unknownFormatFiles: [] });
  });
});
