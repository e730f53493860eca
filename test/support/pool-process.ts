/** A process with one execution environment; prints the environment's process id and keeps running. */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FunctionPool } from '../../src/laptop/lifecycle/index.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const what = process.argv[2] ?? '';
const isStream = what === 'stream';
const pool = new FunctionPool(
  {
    name: 'orphan',
    root: here('./functions'),
    handler: isStream ? 'streaming.handler' : 'plain.handler',
    memoryMb: 1_769,
    timeoutMs: 60_000,
    environment: {},
    concurrency: 1,
  },
  {
    folder: await mkdtemp(join(tmpdir(), 'srag-pool-')),
    runtime: [process.execPath, '--no-warnings', here('../../src/laptop/runtime/bootstrap.ts')],
    idleMs: 60_000,
    scaleRate: 10,
    onLog: (_name, _id, line) => {
      if (line.startsWith('START') && what !== 'idle') void tell();
    },
  },
);
const invoked = pool.invoke(Buffer.from(JSON.stringify({ act: what === 'idle' ? 'none' : 'hang' })));
if (what === 'idle') await invoked.then(tell);
else await invoked;

/** Prints the process id of the only child of this process. */
async function tell(): Promise<void> {
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(parent) === process.pid) process.stdout.write(`[${name}]\n`);
  }
}
setInterval(() => {}, 1_000);
