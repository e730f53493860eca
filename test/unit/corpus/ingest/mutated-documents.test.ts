import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isErrorCode } from '../../../../src/core/index.ts';
import { ingest } from '../../../../src/corpus/ingest/index.ts';
import { MemoryCorpus } from '../../../../src/corpus/memory/store.ts';
import { DEFAULT_CHUNKER } from '../../../../src/documents/chunking/index.ts';
import { DEFAULT_FIELD_MAP, DEFAULT_LIMITS, listFiles } from '../../../../src/documents/loaders/index.ts';
import { testSettings } from '../../../support/chunks.ts';
import { MUTATED_FORMATS, mutatedDocument } from '../../../support/mutated-documents.ts';
import { watchChildren } from '../../../support/process-memory.ts';

/** `npm run fuzz:documents` tests 300 documents per format instead of 12. */
const isLong = process.env.SRAG_SOAK === '1';
const COUNT = isLong ? 300 : 12;
const SEED = Number(process.env.SRAG_SEED ?? 1);
const TIMEOUT_MS = isLong ? 6 * 60 * 60_000 : 300_000;
const settings = { ...testSettings(0), chunker: DEFAULT_CHUNKER };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srag-mutated-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('mutated documents', () => {
  it.each(MUTATED_FORMATS)(
    'are each ingested or reported, and never prevent the ingestion of others: %s',
    { timeout: TIMEOUT_MS },
    async (format) => {
      for (let index = 0; index < COUNT; index++)
        await writeFile(
          join(folder, `${index}.${format}`),
          mutatedDocument(format, SEED * 1_000_003 + index),
        );
      await writeFile(join(folder, 'whole.txt'), 'A whole document.');
      const { files, failures, roots } = await listFiles(['.'], { cwd: folder, projectRoot: folder });
      const corpus = new MemoryCorpus(settings);
      const memory = watchChildren();
      const report = await ingest({
        corpus,
        settings,
        files,
        failures,
        roots,
        embedder: undefined,
        vectors: undefined,
        limits: isLong ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, maxFileSeconds: 2 },
        fieldMap: DEFAULT_FIELD_MAP,
        prune: true,
        dryRun: false,
      });
      const peakMb = memory.stop() / 2 ** 20;
      const counts = Object.groupBy(report.failures, ({ code }) => code);
      if (isLong)
        process.stdout.write(
          `${format}: ${report.documents.added} taken, ${Object.entries(counts)
            .map(([code, failed]) => `${failed?.length} ${code}`)
            .join(', ')}; reader at most ${peakMb.toFixed(0)} MB\n`,
        );
      expect(report.documents.added + report.failures.length).toBe(COUNT + 1);
      expect(report.failures.filter(({ code }) => code === 'INTERNAL' || !isErrorCode(code))).toEqual([]);
      expect(await corpus.documentText('whole.txt')).toBe('A whole document.');
      expect(peakMb).toBeGreaterThan(20);
      expect(peakMb).toBeLessThan(700);
    },
  );
});
