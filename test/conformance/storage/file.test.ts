import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { describeStorage } from './suite.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describeStorage('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'srag-storage-'));
  folders.push(folder);
  return { location: { kind: 'file', path: join(folder, 'location') } };
});
