import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, it } from 'vitest';

const DIST = join(import.meta.dirname, '../../dist');
const threads: Worker[] = [];
afterAll(() => Promise.all(threads.map((thread) => thread.terminate())));

it('evaluates JSONata in a thread whose program is separate from the command line', async () => {
  const { WORKER_URL, WORKER_ROLE } = (await import(
    pathToFileURL(join(DIST, 'cli/jsonata-worker.js')).href
  )) as { WORKER_URL: URL; WORKER_ROLE: string };
  expect(WORKER_URL.pathname).not.toContain('main.js');
  expect(readFileSync(join(DIST, 'cli/main.js'), 'utf8')).not.toContain(WORKER_ROLE);
  const thread = new Worker(WORKER_URL, { workerData: WORKER_ROLE, env: {}, execArgv: [] });
  threads.push(thread);
  expect(await once(thread, 'message')).toEqual(['ready']);
  thread.postMessage({
    template: { sum: '{% $sum($states.input) %}' },
    field: 'Output',
    variables: { states: { input: [1, 2, 3] } },
    nowMs: 0,
    seed: 1,
  });
  expect(await once(thread, 'message')).toEqual([{ json: '{"sum":6}' }]);
});
