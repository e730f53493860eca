#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { restartWithMemorySettings } from './memory-settings.ts';

const LEAST_NODE = 22;

if (Number.parseInt(process.versions.node, 10) < LEAST_NODE) {
  writeSync(2, `srag needs Node ${LEAST_NODE} or newer; this is ${process.version}.\n`);
  process.exitCode = 2;
} else {
  restartWithMemorySettings();
  // Loaded after it, so that a restart costs the start of Node and no more.
  const { run } = await import('./run.ts');
  await run();
}
