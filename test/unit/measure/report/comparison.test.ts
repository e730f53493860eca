import { describe, expect, it } from 'vitest';
import {
  type ComparisonResult,
  type Question,
  suitabilityOf,
  summariseComparison,
} from '../../../../src/measure/index.ts';
import { comparisonHtml } from '../../../../src/measure/report/index.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'';
const questions = Array.from(
  { length: 12 },
  (_, index): Question => ({
    id: `q${index}`,
    text: `question ${index}`,
    relevant: new Map([[`${index}.md`, 1]]),
    answers: [],
    answerable: undefined,
    kind: undefined,
  }),
);

/** Answers of a variant that finds every question but the first `missed`, at about this latency. */
const runsOf = (missed: number, latencyMs: number) =>
  questions.map((_, index) => ({
    documentIds: index < missed ? ['other.md'] : [`${index}.md`, 'other.md'],
    chunkIds: [],
    titles: ['', ''],
    passages: [`question ${index}`],
    latenciesMs: [latencyMs + index, latencyMs + 2 * index, latencyMs],
    reads: 2,
    bytes: 1_000,
  }));

function resultOf(names: readonly string[], source = 'questions.jsonl'): ComparisonResult {
  const runs = new Map(
    names.map((name, index) => [name, runsOf(index === 0 ? 0 : 8, index === 0 ? 10 : 300)]),
  );
  const summary = summariseComparison(questions, runs, names, undefined);
  return {
    source,
    command: `srag compare ${source} --kinds ${names.join(',')}`,
    comparedAt: '2026-11-29T00:00:00.000Z',
    synthetic: true,
    rounds: 3,
    suitability: suitabilityOf(
      questions,
      () => true,
      () => [],
    ),
    summary,
    notes: ['A note.'],
    variants: summary.variants.map((of, index) => ({
      summary: of,
      collection: 'default',
      embedder: 'none',
      index: { kind: of.name, version: 'v1', sizeBytes: 2_500_000 * (index + 1), buildMs: 900 },
      first: { startToAnswerMs: 400 + index, peakBytes: 90e6 },
      usdPerMillion: 5.5,
    })),
  };
}

const htmlOf = (result: ComparisonResult): string =>
  comparisonHtml(result, { machine: 'a laptop', version: 'srag 1' });

describe('the HTML report of a comparison', () => {
  it('holds four charts, the table, the pairs, three sentences and the command', () => {
    const html = htmlOf(resultOf(['flat', 'snapshot']));
    expect([...html.matchAll(/<figure id="chart-0-([\w-]+)">/g)].map(([, id]) => id)).toEqual([
      'quality',
      'latency',
      'first-answer',
      'index-size',
    ]);
    for (const [chart] of html.matchAll(/<svg [\s\S]*?<\/svg>/g)) {
      expect(chart).toMatch(/<path [^>]*(?:fill|stroke)="var\(--c0\d\)"/);
      expect(chart).not.toContain('NaN');
    }
    const lead = /<p class="lead">(.*)<\/p>/.exec(html)![1]!;
    expect(lead).toContain('flat has the highest ndcg@10 (1.000), and flat has the lowest median latency');
    expect(lead).toMatch(/Larger than chance explains: ndcg@10 of snapshot is 0\.667 below that of flat/);
    expect(lead).toContain('Every difference that was compared is significant.');
    expect(html).toContain('<td>snapshot@v1</td>');
    expect(html).toContain('<td>latency, ratio</td>');
    expect(html).toContain('srag compare questions.jsonl --kinds flat,snapshot');
    expect(html).toContain('The questions are synthetic');
  });

  it('escapes every text, and asks for nothing from elsewhere', () => {
    const html = htmlOf(resultOf([HOSTILE, 'b'], HOSTILE));
    expect(html).not.toContain('<img');
    expect(html).not.toMatch(/<script|<link|<\w[^<>]*\son\w+=|url\(|@import|(?:src|href)="http/);
    expect(html).toContain("default-src 'none'");
  });

  it('says so where there is no second variant, and leaves out charts of unknown figures', () => {
    const one = resultOf(['flat']);
    const html = htmlOf({
      ...one,
      variants: one.variants.map((variant) => ({ ...variant, first: undefined })),
    });
    expect(html).toContain('There is no second variant to compare with.');
    expect(html).not.toContain('chart-0-first-answer');
    expect(html).not.toContain('Pairwise differences');
  });
});
