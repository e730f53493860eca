import { afterAll, beforeAll } from 'vitest';
import { LOCAL_KINDS } from '../../../src/indexes/index.ts';
import { startLaptop } from '../../support/laptop.ts';
import { indexSuite } from './suite.ts';

let laptop: Awaited<ReturnType<typeof startLaptop>>;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop?.stop());

for (const kind of LOCAL_KINDS) {
  indexSuite(kind, "on the laptop's S3", async () => ({
    place: laptop.freshPlace(),
    remove: async () => {},
  }));
}
