import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { latencyMs, latenessMs, openResultFile, type Sample } from '../../../../src/measure/index.ts';
import { headerOf, sampleOf } from '../../../support/measure/experiment.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const header = headerOf();
const sample = sampleOf();

const fileOf = async (...lines: readonly string[]): Promise<string> => {
  const path = join(await temporaryFolder(), 'result.jsonl');
  await writeFile(path, lines.join('\n'));
  return path;
};
const read = async (path: string) => {
  const file = await openResultFile(path);
  const samples: Sample[] = [];
  const truncated: string[] = [];
  for await (const one of file.samples((place) => truncated.push(place))) samples.push(one);
  return { header: file.header, samples, truncated };
};

describe('a result file', () => {
  it('yields its header and samples, and ignores unknown fields', async () => {
    const path = await fileOf(
      JSON.stringify({ ...header, later: 1 }),
      JSON.stringify({ ...sample, later: 1 }),
      '',
    );
    const { header: found, samples } = await read(path);
    expect(found.name).toBe('two kinds');
    expect(samples).toEqual([{ ...sample, later: 1 }]);
  });

  it('is read without a truncated last line, whose location is reported', async () => {
    const path = await fileOf(JSON.stringify(header), JSON.stringify(sample), '{"variant": "fl');
    const { samples, truncated } = await read(path);
    expect(samples).toHaveLength(1);
    expect(truncated).toEqual([`${path}:3`]);
  });

  it('is refused if it has a newer schema version', async () => {
    const path = await fileOf(JSON.stringify({ ...header, schemaVersion: 2 }), '');
    await expect(read(path)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it.each([
    ['an empty file', '', 'FILE_EMPTY'],
    ['a header that was cut', '{"format":', 'FILE_EMPTY'],
    ['another format', '{"format":"srag-evaluation"}\n', 'INVALID_RECORD'],
    ['a line that is not JSON', `${JSON.stringify(header)}\n{\n`, 'INVALID_RECORD'],
    ['a sample without a variant', `${JSON.stringify(header)}\n{"step":0}\n`, 'INVALID_RECORD'],
  ])('refuses %s', async (_, text, code) => {
    await expect(fileOf(text).then(read)).rejects.toMatchObject({ code });
  });

  it('is refused with an error that names the line and field of an invalid sample', async () => {
    const path = await fileOf(JSON.stringify(header), JSON.stringify({ ...sample, outcome: 'odd' }), '');
    await expect(read(path)).rejects.toThrow(
      `${path}:2 is not a sample of an experiment: outcome is not one of ok,`,
    );
  });
});

describe('a sample', () => {
  it('has a latency measured from the intended start, and a separate lateness of the generator', () => {
    expect(latencyMs(sample)).toBe(15);
    expect(latenessMs(sample)).toBe(1);
  });
});
