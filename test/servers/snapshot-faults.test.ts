import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Model, startS3Model } from '../../benchmarks/s3-model/client.ts';
import type { SearchQuery } from '../../src/core/index.ts';
import { openVersion } from '../../src/indexes/snapshot/open.ts';
import { openStorage } from '../../src/io/storage/index.ts';
import { type SignedReads, signedS3 } from '../../src/snapshot.ts';
import { testSettings, testVector } from '../support/chunks.ts';
import { buildInto, snapshotDocuments } from '../support/snapshot.ts';
import { freshS3Place, testS3 } from './environment.ts';

const DIMENSIONS = 64;
/** Number of queries; in `npm run soak`, it is the number for which the guarantee is stated. */
const QUERIES = process.env.SRAG_SOAK === '1' ? 10_000 : 200;
const AT_ONCE = 4;
/** The index is reopened after this number of queries, as in a new process. */
const QUERIES_OF_A_PROCESS = 25;
const FAULT_RATE = 0.05;
const SOAK_MS = 3_600_000;

const questionOf = (number: number): SearchQuery => ({
  vector: testVector(DIMENSIONS, number % 500),
  topK: 10,
  ...(number % 4 === 3 ? { text: `bridge river d${number % 700}` } : {}),
});

describe('the snapshot index on a storage with one failing read in 20', () => {
  let model: S3Model;
  let prefix: string;
  let faulty: SignedReads;
  let direct: SignedReads;

  beforeAll(async () => {
    const { location, s3 } = await freshS3Place('');
    const storage = await openStorage(location, s3);
    const documents = snapshotDocuments({ documents: 1_000, dimensions: DIMENSIONS });
    ({ prefix } = await buildInto(storage, documents, testSettings(DIMENSIONS)));
    await storage.close();
    const settings = { ...testS3(), bucket: location.bucket };
    model = await startS3Model(settings.endpoint, { latencyMs: 1, faultRate: FAULT_RATE, seed: 20261123 });
    faulty = signedS3({ ...settings, endpoint: model.endpoint });
    direct = signedS3(settings);
  });
  afterAll(async () => {
    await faulty?.close();
    await direct?.close();
    await model?.stop();
  });

  it(
    'answers every question correctly with caches off, despite 503s, resets, short bodies and stalls',
    async ({ annotate }) => {
      const right = await openVersion(direct, prefix);
      const open = () => openVersion(faulty, prefix, { cache: { memoryBytes: 0 } });
      const idsOf = async (asked: typeof right, number: number): Promise<string> =>
        (await asked.search(questionOf(number))).hits.map(({ id, score }) => `${id} ${score}`).join();
      const wrong: string[] = [];
      const durationsMs: number[] = [];
      let next = 0;
      const worker = async (): Promise<void> => {
        let reader = await open();
        for (let asked = 0; next < QUERIES; asked++) {
          const number = next++;
          const startedMs = performance.now();
          if (asked > 0 && asked % QUERIES_OF_A_PROCESS === 0) reader = await open();
          const answer = await idsOf(reader, number).catch(String);
          durationsMs.push(performance.now() - startedMs);
          if (answer !== (await idsOf(right, number))) wrong.push(`${number}: ${answer}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      const log = await model.log();
      const faults = log.flatMap(({ fault }) => fault ?? []);
      durationsMs.sort((left, right) => left - right);
      const at = (share: number): number => Math.round(durationsMs[Math.floor(share * durationsMs.length)]!);
      await annotate(
        `${QUERIES - wrong.length} of ${QUERIES} right; ${log.length} reads, ${faults.length} faults; ` +
          `p50 ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(0.999_999)} ms`,
      );
      expect(wrong).toEqual([]);
      expect(new Set(faults)).toEqual(new Set(['unavailable', 'reset', 'short', 'stall']));
      expect(log.length).toBeGreaterThan(QUERIES);
    },
    SOAK_MS,
  );
});
