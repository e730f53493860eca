import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCAL_KINDS } from '../../../src/indexes/index.ts';
import { indexSuite } from './suite.ts';

for (const kind of LOCAL_KINDS) {
  indexSuite(kind, 'on disk', async () => {
    const path = await mkdtemp(join(tmpdir(), 'srag-index-'));
    const remove = () => rm(path, { recursive: true, force: true });
    return { place: { location: { kind: 'file', path } }, remove };
  });
}
