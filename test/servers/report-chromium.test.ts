import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openResultFile } from '../../src/measure/index.ts';
import { comparisonHtml, costHtml, htmlOf, reportOf } from '../../src/measure/report/index.ts';
import { chromiumPath, keepPicture } from '../support/chromium.ts';
import { comparedCosts } from '../support/measure/compared-costs.ts';
import { comparisonOf } from '../support/measure/comparison-result.ts';
import { writeReportRun } from '../support/measure/report-run.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srag-chromium-'));
  const result = join(folder, 'result.jsonl');
  await writeReportRun(result);
  const report = htmlOf([await reportOf(await openResultFile(result))], 'srag report result.jsonl');
  await writeFile(join(folder, 'report.html'), report);
  const names = ['lancedb-flat', 'lancedb-ivf-pq', 'lancedb-ivf-hnsw-sq', 'snapshot'];
  const comparison = comparisonHtml(comparisonOf(names), { machine: 'a laptop', version: 'srag 1' });
  await writeFile(join(folder, 'comparison.html'), comparison);
  await writeFile(join(folder, 'cost.html'), costHtml(await comparedCosts(), 'srag cost --backends'));
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Tested pages, and the number of charts in each. */
const PAGES = { report: 11, comparison: 4, cost: 2 } as const;
const urlOf = (name: string): string => pathToFileURL(join(folder, `${name}.html`)).href;

/** Opens a page; returns it with its errors and requests. */
async function opened(
  name: keyof typeof PAGES,
  options: BrowserContextOptions,
): Promise<{ page: Page; faults: string[]; requests: string[] }> {
  // Bypasses the page's policy, which forbids scripts, to run axe.
  const context = await browser.newContext({ ...options, bypassCSP: true });
  const page = await context.newPage();
  const faults: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(urlOf(name));
  return { page, faults, requests };
}

const NAMES = Object.keys(PAGES) as (keyof typeof PAGES)[];
const VIEWS = NAMES.flatMap((name) =>
  (['light', 'dark'] as const).flatMap((colorScheme) =>
    [390, 1_400].map((width) => ({ name, colorScheme, width })),
  ),
);

describe('a page in Chromium', () => {
  it.each(VIEWS)(
    '$name is accessible, logs no errors and fits the width: $colorScheme, $width px',
    async ({ name, colorScheme, width }) => {
      const { page, faults, requests } = await opened(name, {
        colorScheme,
        viewport: { width, height: 900 },
      });
      await keepPicture(page, `${name}-${colorScheme}-${width}`);
      expect(faults).toEqual([]);
      expect(requests).toEqual([urlOf(name)]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.evaluate(AXE);
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
      };
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
      await page.context().close();
    },
  );

  it.each(VIEWS)(
    '$name draws every chart without overlapping labels: $colorScheme, $width px',
    async ({ name, colorScheme, width }) => {
      const { page } = await opened(name, { colorScheme, viewport: { width, height: 900 } });
      const charts = (await page.evaluate(`[...document.querySelectorAll('figure')].map((figure) => {
      const svg = [...figure.querySelectorAll('svg')].find((one) => getComputedStyle(one).display !== 'none');
      const boxOf = (element) => element.getBoundingClientRect();
      const frame = boxOf(svg);
      const size = Math.min(...[...svg.querySelectorAll('text')].map((text) => (parseFloat(getComputedStyle(text).fontSize) * frame.width) / svg.viewBox.baseVal.width));
      const texts = [...svg.querySelectorAll('text')].map((text) => [text.textContent, boxOf(text)]);
      const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      return {
        id: figure.id,
        size,
        drawn: [...svg.querySelectorAll('path')].filter((path) => { const { width, height } = boxOf(path); return width > 0 && height > 0; }).length,
        texts: texts.length,
        outside: texts.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1).map(([text]) => text),
        overlaps: texts.flatMap(([a, first], index) => texts.slice(index + 1).filter(([, second]) => meets(first, second)).map(([b]) => a + ' | ' + b)),
      };
    })`)) as {
        id: string;
        size: number;
        drawn: number;
        texts: number;
        outside: string[];
        overlaps: string[];
      }[];
      expect(charts.length).toBe(PAGES[name]);
      for (const { id, size, drawn, texts, outside, overlaps } of charts) {
        expect(drawn, id).toBeGreaterThan(3);
        expect(texts, id).toBeGreaterThan(3);
        // Size of the smallest text in CSS pixels.
        expect(size, id).toBeGreaterThan(9);
        expect({ id, outside, overlaps }).toEqual({ id, outside: [], overlaps: [] });
      }
      await page.context().close();
    },
  );

  it.each(NAMES)('%s prints on white, with every column within the page', async (name) => {
    const { page, faults } = await opened(name, {
      colorScheme: 'dark',
      viewport: { width: 1_030, height: 700 },
    });
    await page.emulateMedia({ media: 'print' });
    await keepPicture(page, `${name}-print`);
    const shots = process.env.SRAG_TEST_SCREENSHOTS;
    const pdf = await page.pdf({
      preferCSSPageSize: true,
      ...(shots && { path: join(shots, `${name}-print.pdf`) }),
    });
    expect(pdf.length).toBeGreaterThan(20_000);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1_030);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
