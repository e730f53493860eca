#!/usr/bin/env node
import { restartWithMemorySettings } from './memory-settings.ts';

restartWithMemorySettings();
// Loaded after it, so that a restart costs the start of Node and no more.
const { run } = await import('./run.ts');
await run();
