import { describe, expect, it } from 'vitest';
import { BACKEND_NAMES } from '../../../../src/measure/cost/index.ts';
import { costHtml } from '../../../../src/measure/report/index.ts';
import { comparedCosts } from '../../../support/measure/compared-costs.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'';

describe('the HTML report of costs', () => {
  it('has a chart over the rate and one over the rows, with a line for every backend', async () => {
    const html = costHtml(await comparedCosts(), 'srag cost --backends');
    expect([...html.matchAll(/<figure id="chart-0-([\w-]+)">/g)].map(([, id]) => id)).toEqual([
      'rate',
      'rows',
    ]);
    for (const [chart] of html.matchAll(/<svg [\s\S]*?<\/svg>/g)) {
      expect(chart).not.toMatch(/NaN|Infinity/);
      for (const name of [...BACKEND_NAMES, 'this workload']) expect(chart).toContain(`>${name}</text>`);
    }
  });

  it('has tables of the costs, the assumptions, the lines and the prices with their sources', async () => {
    const compared = await comparedCosts(['snapshot', 'opensearch-managed']);
    const html = costHtml(compared, 'srag cost --backends snapshot,opensearch-managed');
    const [snapshot] = compared.costs;
    expect(html).toContain(`<td>${snapshot!.idleUsdPerMonth.toFixed(2)}</td>`);
    expect(html).toContain('<td>fixed.opensearch.t3.small</td>');
    expect(html).toMatch(
      /<td>opensearch\.t3\.small<\/td><td>0\.036<\/td><td>hour<\/td><td>2026-10<\/td><td>in a copy: unverified<\/td>/,
    );
    expect(html).toMatch(/<td>lambda\.requests<\/td>.*?<td>at the source<\/td>/);
    expect(html).toContain('snapshot costs less than opensearch-managed');
    expect(html).toContain('srag cost --backends snapshot,opensearch-managed');
    expect(html).not.toContain('<td>ec2.');
  });

  it('contains only escaped texts and makes no network requests', async () => {
    const compared = await comparedCosts(['snapshot']);
    const html = costHtml({ ...compared, results: HOSTILE }, HOSTILE);
    expect(html).not.toContain('<img');
    expect(html).not.toMatch(/<script|<link|<\w[^<>]*\son\w+=|url\((?!#)|@import|(?:src|href)="http/);
    expect(html).toContain("default-src 'none'");
  });

  it('names lines without a price', async () => {
    const compared = await comparedCosts(['snapshot'], { embedding: 'brand.new-model-v1:0' });
    expect(costHtml(compared, 'srag cost')).toContain(
      'Lines without a price are not included: embedding.tokens',
    );
  });
});
