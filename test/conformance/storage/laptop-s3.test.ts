import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLaptop } from '../../support/laptop.ts';
import { describeStorage } from './suite.ts';

let laptop: Awaited<ReturnType<typeof startLaptop>>;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop?.stop());

describeStorage("the laptop's S3", async () => laptop.freshPlace('some/prefix'));

describeStorage("the laptop's S3, large objects in parts", async () => {
  const place = laptop.freshPlace('in/parts');
  return { ...place, s3: { ...place.s3, partBytes: 5 * 1024 * 1024 } };
});

it('leaves no temporary files of killed writers', async () => {
  expect(await readdir(join(laptop.folder, '.srag-writes'))).toEqual([]);
});
