import { readdirSync, readlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { queryVectorsOption } from '../../../src/cli/options.ts';
import { npyBytes } from '../../support/npy.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** Files of a folder that this process has open. */
const openFiles = (folder: string): string[] =>
  readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });

it('--query-vectors reads the vectors and leaves no file open', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'corpus.f32.npy'), npyBytes('<f4', 1, 2, Float32Array.of(1, 0)));
  await writeFile(join(folder, 'queries.f32.npy'), npyBytes('<f4', 2, 2, Float32Array.of(0, 1, 1, 0)));
  await writeFile(join(folder, 'queries-ids.txt'), 'q1\nq2\n');
  expect(await queryVectorsOption(folder)).toEqual([new Float32Array([0, 1]), new Float32Array([1, 0])]);
  expect(openFiles(folder)).toEqual([]);
});
