import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/index.ts';
import {
  experimentSchema,
  openResultFile,
  ResultWriter,
  type Sample,
} from '../../../../src/measure/index.ts';
import {
  chartsOf,
  csvOf,
  type ExperimentReport,
  htmlOf,
  markdownOf,
  reportOf,
  standaloneSvg,
} from '../../../../src/measure/report/index.ts';
import { headerOf, sampleOf } from '../../../support/measure/experiment.ts';
import { recompute } from '../../../support/measure/recompute.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';
const experiment = experimentSchema.parse({
  questions: { source: 'questions.jsonl' },
  target: 'in-process',
  variants: [{ name: 'flat' }, { name: 'snapshot' }],
  load: { ratesPerSecond: [10, 20], blockSeconds: 5 },
});

/** Samples of two variants at two steps, with every outcome, cold starts and an interrupted block. */
function samplesOfRun(): Sample[] {
  const random = seededRandom(7);
  const samples: Sample[] = [];
  for (const [number, variant] of ['flat', 'snapshot'].entries()) {
    for (const step of [0, 1])
      for (let block = 0; block < 4; block++)
        for (let index = 0; index < 50; index++) {
          const intendedMs = 100_000 * step + 20_000 * block + 100 * index + number;
          const outcome = (
            ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'throttled', 'timeout', 'error'] as const
          )[step === 0 ? 0 : Math.floor(random() * 10)]!;
          const latency = (number === 0 ? 200 : 20) * (1 + 2 * random() ** 3);
          samples.push(
            sampleOf({
              variant,
              step,
              block,
              blockSize: 50,
              question: index % 3,
              intendedMs,
              startedMs: intendedMs + random(),
              endedMs: intendedMs + latency,
              outcome,
              population: index === 0 ? 'cold' : 'warm',
              trace: {
                coldStart: index === 0,
                stages: { searchMs: latency / 2, openMs: 1 },
                totalMs: latency,
                storage: { reads: number + 1, bytes: 1_000 * random(), waves: 1 },
                memoryBytes: Math.round(1e8 * (1 + random())),
              },
              cost: {
                totalUsd: 3e-6,
                lines: [
                  { name: 'lambda.compute.retrieve', quantity: 1, usd: 2e-6 },
                  { name: 'gateway.requests', quantity: 1, usd: 1e-6 * random() },
                ],
              },
              hits: index % 3 === 0 ? ['a.md'] : ['b.md', 'a.md'],
            }),
          );
        }
    samples.push(
      sampleOf({ variant, step: 1, block: 4, blockSize: 50, intendedMs: 400_000, endedMs: 900_000 }),
    );
  }
  return samples;
}

let folder: string;
let path: string;
let report: ExperimentReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srag-report-'));
  path = join(folder, 'result.jsonl');
  const writer = await ResultWriter.create(
    path,
    headerOf({
      name: `two kinds ${HOSTILE}`,
      declaration: { ...experiment },
      steps: [{ ratePerSecond: 10 }, { ratePerSecond: 20 }],
      variants: [
        { name: 'flat', settings: {} },
        { name: 'snapshot', settings: {}, index: { kind: 'snapshot', version: HOSTILE } },
      ],
      questions: {
        source: HOSTILE,
        synthetic: true,
        list: [0, 1, 2].map((id) => ({ id: String(id), text: HOSTILE, relevant: { 'a.md': 1 } })),
      },
    }),
  );
  for (const sample of samplesOfRun()) writer.add(sample);
  await writer.close();
  report = await reportOf(await openResultFile(path));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a report', () => {
  it('contains the figures that independent code computes from the raw samples', () => {
    const cut = (variant: string, step: number): number =>
      report.variants.find((of) => of.variant.name === variant)!.steps.find((of) => of.step === step)!
        .warmUpCut;
    const expected = recompute(path, cut);
    const [, ...rows] = csvOf([report]).trim().split('\n');
    const found = new Map(
      rows.map((row) => {
        const [, variant, step, , figure, , estimate] = row
          .match(/("([^"]|"")*"|[^,]*)(,|$)/g)!
          .map((cell) => cell.replace(/,$/, ''));
        return [[variant, step, figure].join('|'), Number(estimate)] as const;
      }),
    );
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
    expect(expected.size).toBeGreaterThan(40);
    for (const [key, value] of expected) expect(found.get(key), key).toBeCloseTo(value, 9);
  });

  it('excludes interrupted blocks and reports their number of requests', () => {
    expect(report).toMatchObject({ samples: 800, interrupted: 2 });
    expect(htmlOf([report], 'srag report')).toContain('2 requests of interrupted blocks are left out');
  });

  it('compares each variant with the first one and marks significant differences', () => {
    const [comparison] = report.comparisons;
    expect(comparison).toMatchObject({ variant: 'snapshot', reference: 'flat', ratePerSecond: 20 });
    // The p95 of only 140 requests has no reliable interval, so its difference is not significant.
    expect(comparison!.latency.map(({ significant }) => significant)).toEqual([true, false]);
    expect(comparison!.latency[0]!.estimate).toBeCloseTo(0.1, 1);
    expect(comparison!.success.significant).toBe(false);
  });

  it('contains every chart that has data, with its number of samples', () => {
    const charts = chartsOf(report);
    expect(charts.map(({ id }) => id)).toEqual([
      'histogram',
      'ecdf-warm',
      'ecdf-cold',
      'latency',
      'outcomes',
      'throughput',
      'stages',
      'memory',
      'quality',
      'cost',
    ]);
    for (const { svg, caption, id } of charts) {
      const drawn = svg.match(/<path [^>]*(fill|stroke)="var\(--c0[1-6]\)"/g) ?? [];
      expect(drawn.length, id).toBeGreaterThan(1);
      expect(svg, id).not.toMatch(/NaN|undefined|Infinity/);
      if (!['stages', 'cost', 'quality'].includes(id)) expect(caption, id).toMatch(/n = \d/);
    }
  });

  it('is one HTML file without network requests and with escaped texts', () => {
    const html = htmlOf([report], 'srag report result.jsonl');
    expect(html).not.toContain(HOSTILE);
    expect(html).not.toMatch(/<script|<link|<img|@import|url\((?!#)|href="http/);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('The questions are synthetic');
    expect(html).toContain('srag report result.jsonl --csv figures.csv');
  });

  it('is available as Markdown in which names are escaped', () => {
    expect(markdownOf([report])).toContain('# two kinds \\<img src=x onerror=alert(1)\\>');
  });

  it('has charts that can be exported as pictures with fixed colours', () => {
    const svg = standaloneSvg(chartsOf(report)[0]!.svg);
    expect(svg).not.toContain('var(');
    expect(svg).toMatch(/^<svg [^>]*><rect width="100%" height="100%" fill="#ffffff"\/>/);
  });
});
