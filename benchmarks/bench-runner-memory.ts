/**
 * Measures the peak memory of `srag bench run` and `srag report` with many samples: does a short run, appends
 * copies of its samples as further blocks, then resumes and reports the run.
 *
 *   npm run build && npm run bench:runner-memory -- [options]
 *
 *   --samples N        (default 1000000)
 *   --limit MB         (default 300)
 *   --target TARGET    laptop (default), or in-process, where the memory of LanceDB, the measured target, counts too
 *
 * Exit code 1: `bench run` used more memory than the limit.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Sample } from '../src/measure/index.ts';
import { watchChildren } from '../test/support/process-memory.ts';
import { optionsOf } from './options.ts';

const values = optionsOf(import.meta.filename, {
  samples: { type: 'string', default: '1000000' },
  limit: { type: 'string', default: '300' },
  target: { type: 'string', default: 'laptop' },
});
const CLI = join(import.meta.dirname, '../dist/cli/main.js');
const RATE = 50;
const BLOCK_SECONDS = 2;

const folder = await mkdtemp(join(tmpdir(), 'srag-bench-runner-memory-'));
try {
  await writeFile(
    join(folder, 'notes.md'),
    '# Notes\n\nThe kettle is blue.\n\n# Rooms\n\nThe hall has 40 seats.\n',
  );
  await writeFile(join(folder, 'questions.jsonl'), '{"text": "kettle"}\n{"text": "seats of the hall"}\n');
  const seconds = Number(values.samples) / RATE;
  const experiment = {
    questions: { source: 'questions.jsonl' },
    target: values.target,
    variants: [{ name: 'flat', index: 'lancedb-flat', mode: 'lexical', concurrency: 1 }],
    load: { arrivals: 'constant', ratesPerSecond: [RATE], blockSeconds: BLOCK_SECONDS },
    stop: { minSeconds: 2 * BLOCK_SECONDS, maxSeconds: 2 * BLOCK_SECONDS, relativeWidth: 0.001 },
  };
  await writeFile(join(folder, 'experiment.json'), JSON.stringify(experiment));
  await peakMb('ingest', 'notes.md');
  await peakMb('bench', 'run', 'experiment.json', '--output', 'short.jsonl');
  const written = await multiply(join(folder, 'short.jsonl'), join(folder, 'long.jsonl'), seconds);
  const runMb = await peakMb('bench', 'run', '--resume', 'long.jsonl');
  const reportMb = await peakMb('report', 'long.jsonl');
  console.log(
    `${written} samples: srag bench run ${runMb.toFixed(0)} MB, srag report ${reportMb.toFixed(0)} MB`,
  );
  process.exitCode = runMb > Number(values.limit) ? 1 : 0;
} finally {
  await rm(folder, { recursive: true });
}

/** Writes the samples of `from` repeatedly until they cover `seconds` of load; returns their number. */
async function multiply(from: string, to: string, seconds: number): Promise<number> {
  const [head = '', ...lines] = (await readFile(from, 'utf8')).trimEnd().split('\n');
  const header = JSON.parse(head) as { declaration: { stop: object } };
  header.declaration.stop = { ...header.declaration.stop, minSeconds: seconds, maxSeconds: seconds };
  const samples = lines.map((line) => JSON.parse(line) as Sample);
  const blocks = 1 + Math.max(...samples.map(({ block }) => block));
  const spanMs = 1_000 * blocks * BLOCK_SECONDS;
  const output = createWriteStream(to);
  output.write(`${JSON.stringify(header)}\n`);
  let written = 0;
  for (let copy = 0; copy * blocks * BLOCK_SECONDS < seconds; copy++)
    for (const sample of samples) {
      const shiftMs = copy * spanMs;
      const { intendedMs, startedMs, endedMs, block } = sample;
      const shifted = {
        ...sample,
        block: block + copy * blocks,
        intendedMs: intendedMs + shiftMs,
        startedMs: startedMs + shiftMs,
        endedMs: endedMs + shiftMs,
      };
      written++;
      if (!output.write(`${JSON.stringify(shifted)}\n`)) await once(output, 'drain');
    }
  output.end();
  await once(output, 'close');
  return written;
}

/** Runs srag in the folder; returns the peak resident memory of its process in MB (Linux). */
async function peakMb(...words: string[]): Promise<number> {
  const watch = watchChildren();
  const child = spawn(process.execPath, [CLI, ...words], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  const peakBytes = watch.stop();
  if (code !== 0) throw new Error(`srag ${words.join(' ')} ended with ${code}:\n${said}`);
  return peakBytes / 1e6;
}
