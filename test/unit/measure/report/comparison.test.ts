import { describe, expect, it } from 'vitest';
import type { ComparisonResult } from '../../../../src/measure/index.ts';
import { comparisonHtml } from '../../../../src/measure/report/index.ts';
import { comparisonOf } from '../../../support/measure/comparison-result.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'';
const htmlOf = (result: ComparisonResult): string =>
  comparisonHtml(result, { machine: 'a laptop', version: 'srag 1' });

describe('the HTML report of a comparison', () => {
  it('contains four charts, the table, the pairwise differences, a summary and the command', () => {
    const html = htmlOf(comparisonOf(['flat', 'snapshot']));
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
    expect(lead).toMatch(/Significant differences: ndcg@10 of snapshot is 0\.667 below that of flat/);
    expect(lead).toContain('Every difference that was compared is significant.');
    expect(html).toContain('<td>snapshot@v1</td>');
    expect(html).toContain('<td>latency, ratio</td>');
    expect(html).toContain('srag compare questions.jsonl --kinds flat,snapshot');
    expect(html).toContain('The questions are synthetic');
  });

  it('contains only escaped texts and makes no network requests', () => {
    const html = htmlOf(comparisonOf([HOSTILE, 'b'], HOSTILE));
    expect(html).not.toContain('<img');
    expect(html).not.toMatch(/<script|<link|<\w[^<>]*\son\w+=|url\(|@import|(?:src|href)="http/);
    expect(html).toContain("default-src 'none'");
  });

  it('states that there is no second variant if there is only one, and omits charts without data', () => {
    const one = comparisonOf(['flat']);
    const html = htmlOf({
      ...one,
      variants: one.variants.map((variant) => ({ ...variant, first: undefined })),
    });
    expect(html).toContain('There is no second variant to compare with.');
    expect(html).not.toContain('chart-0-first-answer');
    expect(html).not.toContain('Pairwise differences');
  });
});
