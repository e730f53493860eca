import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assumedFigures, DEFAULT_WORKLOAD, figuresFrom } from '../../../../src/measure/cost/index.ts';
import { figuresOfComparison, figuresOfExperiment, openResultFile } from '../../../../src/measure/index.ts';
import { comparisonOf } from '../../../support/measure/comparison-result.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srag-measured-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rows = DEFAULT_WORKLOAD.rows;

describe('figuresFrom', () => {
  it('prefers chosen figures to measured ones, and measured to assumed ones', () => {
    const figures = figuresFrom(
      [{ backend: 'snapshot', rows: undefined, figures: { warmMs: 30, warmReads: 2 } }],
      rows,
      { warmReads: 0 },
    );
    expect(figures('snapshot', DEFAULT_WORKLOAD)).toEqual({
      ...assumedFigures('snapshot', DEFAULT_WORKLOAD),
      warmMs: 30,
      warmReads: 0,
    });
    expect(figures('lancedb-flat', DEFAULT_WORKLOAD)).toEqual({
      ...assumedFigures('lancedb-flat', DEFAULT_WORKLOAD),
      warmReads: 0,
    });
  });

  it('does not apply figures that were chosen for functions to a server', () => {
    const figures = figuresFrom([], rows, { warmMs: 500 });
    expect(figures('snapshot', DEFAULT_WORKLOAD).warmMs).toBe(500);
    expect(figures('in-memory-server', DEFAULT_WORKLOAD).warmMs).toBe(2);
  });

  it('scales measured sizes and build times, but no times and reads, to the rows of the workload', () => {
    const measured = {
      backend: 'snapshot',
      rows: 50_000,
      figures: { warmMs: 5, indexBytes: 1e6, buildMs: 400 },
    };
    const figures = figuresFrom([{ ...measured, backend: 'snapshot' }], rows);
    expect(figures('snapshot', { ...DEFAULT_WORKLOAD, rows: 200_000 })).toMatchObject({
      warmMs: 5,
      indexBytes: 4e6,
      buildMs: 1_600,
    });
  });

  it('scales the time and the reads of a flat search, which reads all vectors', () => {
    const measured = { backend: 'lancedb-flat' as const, rows, figures: { warmMs: 100, warmReads: 4 } };
    expect(
      figuresFrom([measured], rows)('lancedb-flat', { ...DEFAULT_WORKLOAD, rows: 3 * rows }),
    ).toMatchObject({ warmMs: 300, warmReads: 12 });
  });

  it('ignores a measured size of S3 Vectors, which includes the vectors', () => {
    const figures = figuresFrom([{ backend: 's3-vectors', rows, figures: { indexBytes: 1 } }], rows);
    expect(figures('s3-vectors', DEFAULT_WORKLOAD).indexBytes).toBe(70_000_000);
  });
});

describe('figuresOfComparison', () => {
  it('takes the median latency, the reads and the first answer of each kind that is priced', () => {
    const { variants } = comparisonOf(['snapshot', 'opensearch-hnsw', 'opensearch-exact']);
    const [snapshot, managed, ...rest] = figuresOfComparison({ variants });
    expect(rest).toEqual([]);
    expect(snapshot).toEqual({
      backend: 'snapshot',
      rows: variants[0]!.index.rows,
      figures: {
        warmMs: variants[0]!.summary.latencyMs.p50,
        warmReads: 2,
        bytesRead: 1_000,
        coldMs: 400,
        initMs: 0,
        indexBytes: 2_500_000,
        buildMs: 900,
      },
    });
    expect(managed?.backend).toBe('opensearch-managed');
  });
});

describe('figuresOfExperiment', () => {
  const HEADER = {
    format: 'srag-experiment',
    schemaVersion: 1,
    name: 'a run',
    startedAt: '2026-11-30T00:00:00.000Z',
    declaration: {},
    seed: 1,
    steps: [{ ratePerSecond: 1 }, { ratePerSecond: 10 }],
    variants: [
      {
        name: 'a',
        index: { kind: 'snapshot', version: 'v1', rows: 2_000, sizeBytes: 4e6, buildMs: 300 },
        memoryMb: 1_024,
      },
      { name: 'unanswered', index: { kind: 'lancedb-flat', version: 'v1' } },
    ],
    questions: { source: 'given', synthetic: false, list: [] },
    target: { kind: 'laptop', description: 'laptop' },
    environment: {},
    srag: '0.1.0',
  };
  const sample = (step: number, population: string, totalMs: number, more: object = {}) => ({
    variant: 'a',
    step,
    block: 0,
    blockSize: 5,
    population,
    question: 0,
    intendedMs: 0,
    startedMs: 0,
    endedMs: totalMs,
    outcome: 'ok',
    trace: {
      coldStart: population === 'cold',
      initMs: population === 'cold' ? 100 : undefined,
      stages: {},
      totalMs,
      storage: { reads: totalMs, bytes: 10 * totalMs, waves: 1 },
    },
    ...more,
  });

  it('takes means of answered requests: warm ones of the lowest load, and all cold ones', async () => {
    const path = join(folder, 'run.results.jsonl');
    const lines = [
      HEADER,
      sample(-1, 'cold', 300),
      sample(0, 'warm', 10),
      sample(0, 'warm', 20),
      sample(0, 'warm', 900, { outcome: 'timeout' }),
      sample(1, 'warm', 500),
      sample(1, 'cold', 500),
    ];
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(await figuresOfExperiment(await openResultFile(path))).toEqual([
      {
        backend: 'snapshot',
        rows: 2_000,
        figures: {
          warmMs: 15,
          warmReads: 15,
          bytesRead: 150,
          coldMs: 400,
          initMs: 100,
          coldReads: 400,
          memoryMb: 1_024,
          indexBytes: 4e6,
          buildMs: 300,
        },
      },
    ]);
  });
});
