import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, keepPicture } from '../support/chromium.ts';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { type ServedProject, serve } from '../support/served.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const QUESTION = 'How many days of annual leave does every employee have?';
/** A document that would be harmful if rendered as HTML. */
const HOSTILE = {
  _id: 'hostile',
  title: `<img src=x onerror="document.title='owned'">`,
  text: "The <script>document.title = 'owned'</script> lighthouse of Ulm is painted <b>green</b> every spring.",
};

let browser: Browser;
let project: CliProject;
let served: ServedProject;

beforeAll(async () => {
  project = await CliProject.open();
  await writeHandbook(project);
  await project.write('docs/hostile.jsonl', JSON.stringify(HOSTILE));
  await project.json(['ingest', 'docs']);
  served = await serve(project, []);
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** Opens the page under its own policy; returns it with its errors and requested paths. */
async function opened(options: Parameters<Browser['newContext']>[0] = {}) {
  const page = await (await browser.newContext(options)).newPage();
  const faults: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  await page.goto(served.url);
  return { page, faults, requests };
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel('Question').fill(question);
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.locator('#ask:not([disabled])').waitFor();
}

const textOf = async (page: Page, id: string): Promise<string> =>
  (await page.locator(`#${id}`).textContent()) ?? '';

describe('the page of a served API in Chromium', () => {
  it.each(
    (['light', 'dark'] as const).flatMap((colorScheme) =>
      [390, 1_200].map((width) => ({ colorScheme, width })),
    ),
  )(
    'answers with sources, is accessible and fits the width: $colorScheme, $width px',
    async ({ colorScheme, width }) => {
      const { page, faults, requests } = await opened({
        ...{ colorScheme, viewport: { width, height: 900 }, bypassCSP: true },
      });
      await page.locator('summary').click();
      await ask(page, QUESTION);
      expect(await textOf(page, 'answer')).toMatch(/twenty-five days of annual leave.*\[1\]/);
      expect(await textOf(page, 'sources')).toMatch(/\[1\] Leave \(docs\/leave\.md\)[\s\S]*twenty-five/);
      expect(await textOf(page, 'facts')).toMatch(/\d+ ms, .*snapshot@/);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await keepPicture(page, `serve-page-${colorScheme}-${width}`);
      await page.evaluate(AXE);
      const { violations } = (await page.evaluate('axe.run()')) as { violations: { id: string }[] };
      expect(violations.map(({ id }) => id)).toEqual([]);
      expect([faults, requests]).toEqual([[], ['/', '/query/stream']]);
      await page.context().close();
    },
  );

  it('shows documents and error responses as plain text, with its own content security policy', async () => {
    const { page, faults } = await opened();
    await ask(page, 'What colour is the lighthouse of Ulm painted?');
    expect(await textOf(page, 'sources')).toContain('<img src=x');
    expect(await page.locator('#sources img, #sources script, #sources b, #answer *').count()).toBe(0);
    await page.locator('summary').click();
    await page.getByLabel('Collection').fill('nowhere');
    await ask(page, QUESTION);
    expect(await textOf(page, 'fault')).toMatch(/^UNKNOWN_COLLECTION: /);
    expect(await textOf(page, 'answer')).toBe('');
    expect(await page.title()).toBe('srag: ask the documents');
    // Chromium logs the status of the failed request.
    expect(faults.filter((fault) => !fault.includes('status of 404'))).toEqual([]);
    await page.context().close();
  });

  it('sends no requests to other hosts, because its policy forbids them', async () => {
    const { page, faults } = await opened();
    await page.evaluate("fetch('http://127.0.0.1:9/').catch(() => {})");
    expect(faults.join()).toContain('Content Security Policy');
    await page.context().close();
  });

  it('can be used with only the keyboard', async () => {
    const { page } = await opened();
    await page.keyboard.press('Tab');
    await page.keyboard.type(QUESTION);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#facts:not(:empty)').waitFor();
    expect(await textOf(page, 'answer')).toContain('twenty-five');
    await page.context().close();
  });
});
