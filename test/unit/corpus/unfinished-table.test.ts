import { cp, mkdir, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLanceCorpus } from '../../../src/corpus/lancedb/store.ts';
import { testDocument, testSettings } from '../../support/chunks.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const settings = testSettings(4);
const FIRST_MANIFEST = '18446744073709551614.manifest';
const SECOND_MANIFEST = '18446744073709551613.manifest';

const openAt = (path: string) =>
  openLanceCorpus({ location: { kind: 'file', path }, prefix: 'test/corpus/' }, settings);

const writtenTo = async (path: string): Promise<void> => {
  const corpus = await openAt(path);
  await corpus.write([testDocument('a', { dimensions: 4 })], { replaces: false });
  await corpus.close();
};

/** Steps of creating a table, last step first. Each test undoes a step and all steps listed above it. */
const UNDONE: readonly (readonly [string, (table: string) => Promise<void>])[] = [
  ['its second version has only a temporary name', (table) => unnamed(table, SECOND_MANIFEST)],
  [
    'its second version is partially written',
    (table) => halved(join(table, '_versions', `${SECOND_MANIFEST}#1`)),
  ],
  ['its second version is not started', (table) => rm(join(table, '_versions', `${SECOND_MANIFEST}#1`))],
  ['the second transaction is not written', (table) => removeStarting(join(table, '_transactions'), '1-')],
  ['its data has only a temporary name', (table) => unfinishedData(join(table, 'data'))],
  ['its data is not started', (table) => rm(join(table, 'data'), { recursive: true })],
  ['the version hint is not written', (table) => rm(join(table, '_versions', 'latest_version_hint.json'))],
  ['its first version has only a temporary name', (table) => unnamed(table, FIRST_MANIFEST)],
  [
    'its first version is partially written',
    (table) => halved(join(table, '_versions', `${FIRST_MANIFEST}#1`)),
  ],
  ['its first version is not started', (table) => rm(join(table, '_versions', `${FIRST_MANIFEST}#1`))],
  ['its folder of versions is missing', (table) => rm(join(table, '_versions'), { recursive: true })],
  ['its first transaction is not written', (table) => removeStarting(join(table, '_transactions'), '0-')],
  ['its folder is empty', (table) => rm(join(table, '_transactions'), { recursive: true })],
  ['its folder is missing', (table) => rm(table, { recursive: true })],
];

describe('a corpus table whose writer was killed', () => {
  it.each(UNDONE.map(([title], index) => [title, index + 1] as const))(
    'is writable when %s',
    async (_, steps) => {
      const path = await temporaryFolder();
      const table = join(path, 'test/corpus/chunks.lance');
      await writtenTo(path);
      for (const [, undo] of UNDONE.slice(0, steps)) await undo(table);

      const corpus = await openAt(path);
      expect(await corpus.stats()).toMatchObject({ documents: 0, chunks: 0 });
      const written = testDocument('a', { dimensions: 4 });
      await corpus.write([written], { replaces: true });
      expect(await corpus.stats()).toMatchObject({ documents: 1, chunks: written.chunks.length });
      await corpus.close();
      const reopened = await openAt(path);
      expect(await reopened.stats()).toMatchObject({ documents: 1, chunks: written.chunks.length });
      await reopened.close();
    },
  );

  it('is completed only once if concurrent processes find it unfinished', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, 'test/corpus/chunks.lance/_transactions'), { recursive: true });
    const corpora = await Promise.all(Array.from({ length: 4 }, () => openAt(path)));
    for (const [index, corpus] of corpora.entries())
      await corpus.write([testDocument(`document-${index}`, { dimensions: 4 })], { replaces: false });
    expect(await corpora[0]!.stats()).toMatchObject({ documents: 4 });
    await Promise.all(corpora.map((corpus) => corpus.close()));
  });
});

describe('a corpus table that has lost its versions', () => {
  it('causes DAMAGED_STORE when it is opened, and keeps its data', async () => {
    const path = await temporaryFolder();
    await writtenTo(path);
    const table = join(path, 'test/corpus/chunks.lance');
    await cp(join(table, '_versions'), join(path, 'copy'), { recursive: true });
    await rm(join(table, '_versions'), { recursive: true });
    await expect(openAt(path)).rejects.toMatchObject({
      code: 'DAMAGED_STORE',
      remedy: expect.stringContaining('srag collection delete test'),
    });
    await cp(join(path, 'copy'), join(table, '_versions'), { recursive: true });
    const restored = await openAt(path);
    expect(await restored.stats()).toMatchObject({ documents: 1 });
    await restored.close();
  });
});

/** Renames a manifest back to the temporary name that it has until link(2) gives it its final name. */
const unnamed = (table: string, manifest: string): Promise<void> =>
  rename(join(table, '_versions', manifest), join(table, '_versions', `${manifest}#1`));

const halved = (path: string): Promise<void> => truncate(path, 20);

async function removeStarting(folder: string, start: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.startsWith(start)) await rm(join(folder, name));
}

async function unfinishedData(folder: string): Promise<void> {
  await removeStarting(folder, '');
  await writeFile(join(folder, '.tmpK1llEd'), 'half');
}
