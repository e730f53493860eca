#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { restartWithMemorySettings } from './memory-settings.ts';

const LEAST_NODE = 22;

if (Number.parseInt(process.versions.node, 10) < LEAST_NODE) {
  writeSync(
    2,
    `srag needs Node ${LEAST_NODE} or newer, and this is ${process.version}: install it, or run npm install node@24 in your project.\n`,
  );
  process.exitCode = 2;
} else {
  restartWithMemorySettings();
  // Imported after the restart, so that a restart costs only the start of Node.
  const { run } = await import('./run.ts');
  await run();
}
