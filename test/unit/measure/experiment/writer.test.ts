import { execFileSync } from 'node:child_process';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openResultFile, prepareResume, ResultWriter, type Sample } from '../../../../src/measure/index.ts';
import { headerOf, sampleOf } from '../../../support/measure/experiment.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const samplesOf = async (path: string): Promise<Sample[]> => {
  const samples: Sample[] = [];
  for await (const sample of (await openResultFile(path)).samples()) samples.push(sample);
  return samples;
};
const block = (number: number, count: number, blockSize = count): Sample[] =>
  Array.from({ length: count }, (_, question) => sampleOf({ block: number, blockSize, question }));

describe('ResultWriter', () => {
  it('writes a file that can be read, and appends to it', async () => {
    const path = join(await temporaryFolder(), 'result.jsonl');
    const first = await ResultWriter.create(path, headerOf());
    for (const sample of block(0, 3)) first.add(sample);
    await first.close();
    const second = await ResultWriter.append(path);
    for (const sample of block(1, 2)) second.add(sample);
    await second.close();
    expect(await samplesOf(path)).toEqual([...block(0, 3), ...block(1, 2)]);
  });

  it('does not overwrite a file, and explains in the error how to resume it', async () => {
    const path = join(await temporaryFolder(), 'result.jsonl');
    await writeFile(path, 'mine');
    await expect(ResultWriter.create(path, headerOf())).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      remedy: expect.stringContaining('--resume'),
    });
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('refuses a folder that does not exist', async () => {
    const path = join(await temporaryFolder(), 'missing', 'result.jsonl');
    await expect(ResultWriter.create(path, headerOf())).rejects.toMatchObject({
      code: 'LOCATION_NOT_WRITABLE',
    });
  });

  it.runIf(process.getuid?.() === 0)('reports a full disk and keeps earlier writes', async () => {
    const folder = await temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    try {
      const path = join(folder, 'result.jsonl');
      const writer = await ResultWriter.create(path, headerOf());
      for (const sample of block(0, 10)) writer.add(sample);
      await writer.flush();
      for (const sample of block(1, 5_000)) writer.add(sample);
      await expect(writer.flush()).rejects.toMatchObject({
        code: 'DISK_FULL',
        remedy: expect.stringContaining('--resume'),
      });
      await writer.close().catch(() => {});
      expect((await samplesOf(path)).filter((sample) => sample.block === 0)).toEqual(block(0, 10));
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});

describe('prepareResume', () => {
  it('moves interrupted blocks to another file, removes a truncated line, and keeps complete blocks', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'result.jsonl');
    const writer = await ResultWriter.create(path, headerOf());
    for (const sample of [...block(0, 3), ...block(1, 2, 5)]) writer.add(sample);
    await writer.close();
    await appendFile(path, '{"variant":"fl');
    expect(await prepareResume(path)).toEqual({ kept: 3, moved: 2 });
    expect(await samplesOf(path)).toEqual(block(0, 3));
    const aside = (await readFile(`${path}.interrupted`, 'utf8')).trim().split('\n');
    expect(aside.map((line) => JSON.parse(line))).toEqual(block(1, 2, 5));
  });

  it('does not change a complete file', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'result.jsonl');
    const writer = await ResultWriter.create(path, headerOf());
    for (const sample of block(0, 3)) writer.add(sample);
    await writer.close();
    const before = await readFile(path, 'utf8');
    expect(await prepareResume(path)).toEqual({ kept: 3, moved: 0 });
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['result.jsonl']);
  });
});
