import { accessSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Path of Chromium: $SRAG_TEST_CHROMIUM, else where distributions install it. Throws an error that says how
 * to install it if there is none.
 */
export function chromiumPath(): string {
  const found = [process.env.SRAG_TEST_CHROMIUM, ...PLACES].find((path) => {
    try {
      if (path === undefined) return false;
      accessSync(path);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined)
    throw new Error(
      'No Chromium: run npm run servers:install as root on Debian or Ubuntu, or set SRAG_TEST_CHROMIUM.',
    );
  return found;
}

/** Saves a screenshot for manual inspection if $SRAG_TEST_SCREENSHOTS names a folder. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const shots = process.env.SRAG_TEST_SCREENSHOTS;
  if (shots === undefined) return;
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}
