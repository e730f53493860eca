import { gaussian, seededRandom } from '../../../src/core/index.ts';
import { experimentSchema, ResultWriter, type Sample } from '../../../src/measure/index.ts';
import { headerOf, sampleOf } from './experiment.ts';

/** Names of variants, including one of the maximum length and one with double-width characters. */
const NAMES = [
  'flat',
  'lancedb-ivf-hnsw-sq-nprobes-20-ef-100-with-a-name-of-64-letters.',
  '벡터-스냅샷-색인-日本語の索引-快照索引',
] as const;
const RATES = [1, 2, 4, 8, 16] as const;
/**
 * Duration of a warm and a cold request in milliseconds, and the capacity of each variant in requests per
 * second.
 */
const KINDS = [
  { ms: 400, capacity: 3, cold: 1_500 },
  { ms: 60, capacity: 9, cold: 900 },
  { ms: 12, capacity: 100, cold: 220 },
] as const;

/** Writes a result file of three variants at five steps, with cold starts, all outcomes and long names. */
export async function writeReportRun(path: string): Promise<void> {
  const random = seededRandom(3);
  const declaration = experimentSchema.parse({
    questions: { source: 'questions.jsonl' },
    variants: [{ name: 'flat' }],
    load: { ratesPerSecond: [...RATES], blockSeconds: 50 },
  });
  const list = Array.from({ length: 40 }, (_, id) => ({
    id: String(id),
    text: `질문 ${id}: how many days?`,
    relevant: { 'a.md': 1 },
  }));
  const writer = await ResultWriter.create(
    path,
    headerOf({
      name: 'Flat against HNSW against snapshot',
      declaration: { ...declaration },
      steps: RATES.map((ratePerSecond) => ({ ratePerSecond })),
      variants: NAMES.map((name, number) => ({
        name,
        concurrency: 10,
        memoryMb: 1_769,
        settings: {},
        index: {
          kind: ['lancedb-flat', 'lancedb-ivf-hnsw-sq', 'snapshot'][number]!,
          version: `v${number}`,
          rows: 100_000,
          sizeBytes: 1.5e8,
          buildMs: 40_000,
        },
      })),
      questions: { source: 'questions.jsonl', synthetic: false, list },
      target: { kind: 'laptop', description: 'the laptop cloud, one for each variant; storage model s3' },
      environment: { cpu: 'Test CPU', cores: 2, node: 'v24.9.0' },
    }),
  );
  for (const [number, variant] of NAMES.entries()) {
    const kind = KINDS[number]!;
    const add = (changes: Partial<Sample>, isCold: boolean): void => {
      const [ms, took] = [isCold ? kind.cold : kind.ms, changes.endedMs! - changes.intendedMs!];
      writer.add(
        sampleOf({
          ...changes,
          variant,
          population: isCold ? 'cold' : 'warm',
          startedMs: changes.intendedMs! + random(),
          trace: {
            coldStart: isCold,
            stages: { openMs: isCold ? ms / 2 : 0.1, embedMs: 2, searchMs: took / 2, fetchMs: took / 5 },
            totalMs: 0.8 * took,
            storage: {
              reads: isCold ? 14 : 3 - number,
              bytes: (4e6 * (1 + random())) / (number + 1),
              waves: 2,
            },
            memoryBytes: Math.round(1e8 * (3 - number + random())),
          },
          cost: {
            totalUsd: 4e-6,
            lines: [
              {
                name: 'lambda.compute.retrieve',
                quantity: (1_769 / 1_024) * (took / 1_000),
                usd: 2e-8 * took,
              },
              { name: 'gateway.requests', quantity: 1, usd: 3.5e-6 },
              { name: 'storage.reads', quantity: 3, usd: 1.2e-6 },
            ],
          },
          hits: random() < 0.5 + 0.15 * number ? ['a.md'] : ['b.md', 'a.md'],
        }),
      );
    };
    for (let block = 0; block < 20; block++) {
      const intendedMs = 5_000 * block;
      add(
        {
          step: -1,
          block,
          blockSize: 1,
          intendedMs,
          endedMs: intendedMs + kind.cold * Math.exp(0.15 * gaussian(random)),
        },
        true,
      );
    }
    for (const [step, rate] of RATES.entries()) {
      const perBlock = 50 * rate;
      const load = Math.min(0.9, rate / kind.capacity);
      for (let index = 0; index < 6 * perBlock; index++) {
        const intendedMs = 1e6 * (step + 1) + (1_000 / rate) * index;
        const isRefused = random() < 1 - kind.capacity / rate;
        const outcome = isRefused
          ? 'throttled'
          : random() < 0.002 * step
            ? (['error', 'timeout'] as const)[index % 2]!
            : 'ok';
        const took = isRefused ? 3 : (kind.ms / (1 - load)) * Math.exp(0.3 * gaussian(random));
        add(
          {
            step,
            block: Math.floor(index / perBlock),
            blockSize: perBlock,
            question: index % 40,
            intendedMs,
            endedMs: intendedMs + took,
            outcome,
            status: { ok: 200, throttled: 429, error: 500, timeout: undefined }[outcome],
          },
          false,
        );
      }
    }
  }
  await writer.close();
}
