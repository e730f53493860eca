/**
 * Compiles hnswlib-node, so that `npm run bench:snapshot` can compare it with the snapshot index. Needs a C++ compiler and
 * Python.
 *
 *   npm run bench:peers
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { optionsOf } from './options.ts';

optionsOf(import.meta.filename, {});
const folder = join(import.meta.dirname, '..', 'node_modules', 'hnswlib-node');
const { status } = spawnSync('npm', ['run', '--prefix', folder, 'rebuild'], { stdio: 'inherit' });
process.exitCode = status ?? 1;
