/**
 * Measures cold starts of the deployed `retrieve` on the laptop cloud: from the process start of a fresh
 * execution environment to the first answer with texts, through the gateway, with a published snapshot index
 * on S3 behind a latency model. Also measures warm requests. INIT is unthrottled; the function has 1,769 MB
 * of memory and therefore one processor.
 *
 *   npm run build && npm run bench:cold-serve -- --location DIR --queries FILE.npy [options]
 *
 *   --location DIR     folder with an ingested collection and its published index
 *   --queries FILE     precomputed question vectors, .npy; each cold start uses a different one
 *   --collection NAME  (default: default)
 *   --mode MODE        vector, lexical or hybrid (default: vector)
 *   --auto             also run every round with mode auto, as deployed by default
 *   --functions DIR    folder of built functions (default: dist/functions)
 *   --asset NAME       asset to run instead of the one in the manifest (lancedb: npm run build:lancedb)
 *   --index KIND       index to search (default: the published one)
 *   --rounds N         number of fresh environments (default 9)
 *   --warm N           warm requests per environment (default 10)
 *   --memory MB        (default 1769)
 *   --latency-ms N     S3 latency to the first byte (default 25)
 *   --trace            print the trace of the last cold reply
 *   --json FILE        raw samples
 */
import { readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Laptop } from '../src/laptop/index.ts';
import { quantile } from '../src/measure/index.ts';
import { readNpy } from '../src/models/embedders/precomputed/npy.ts';
import { optionsOf } from './options.ts';
import { withAsset } from './serve/assets.ts';
import { lastChildUse } from './serve/processor.ts';

const values = optionsOf(
  import.meta.filename,
  {
    location: { type: 'string' },
    queries: { type: 'string' },
    collection: { type: 'string', default: 'default' },
    mode: { type: 'string', default: 'vector' },
    auto: { type: 'boolean', default: false },
    functions: { type: 'string', default: join(import.meta.dirname, '..', 'dist', 'functions') },
    asset: { type: 'string' },
    index: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    warm: { type: 'string', default: '10' },
    memory: { type: 'string', default: '1769' },
    'latency-ms': { type: 'string', default: '25' },
    trace: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
  ['location', 'queries'],
);
const ROUNDS = Number(values.rounds);
/** Words that most collections contain, for lexical and hybrid modes. */
const QUESTION = 'a new method for the analysis of large data';
const functionsFolder = await withAsset(values.functions, values.asset);
const questions = await readNpy(values.queries);

interface Sample {
  /** Time from sending the request to receiving the whole answer, including the spawn of the process. */
  readonly firstMs: number;
  /** Time from process start until the process first asks for an invocation. */
  readonly initMs: number;
  readonly handlerMs: number;
  /**
   * Processor time of the environment until its first answer, and the time it waited for a busy processor.
   */
  readonly usedMs: number;
  readonly waitedMs: number;
  readonly waves: number;
  readonly reads: number;
  readonly bytes: number;
  readonly maxMemoryMb: number;
  readonly warmMs: readonly number[];
  readonly trace: unknown;
}

async function round(number: number, mode: string): Promise<Sample> {
  let report: { initMs?: number | undefined; durationMs: number; maxMemoryMb: number } | undefined;
  const laptop = await Laptop.start({
    functionsFolder,
    runtime: [process.execPath, join(values.functions, '..', 'emulator', 'bootstrap.mjs')],
    host: '127.0.0.1',
    port: 0,
    folder: values.location,
    engine: 'snapshot',
    collection: values.collection,
    environment: {
      SRAG_COLLECTION: values.collection,
      SRAG_MODE: mode,
      ...(values.index === undefined ? {} : { SRAG_INDEX: values.index }),
    },
    concurrency: 1,
    memoryMb: Number(values.memory),
    throttle: { rate: 1_000, burst: 1_000 },
    storageModel: { latencyMs: Number(values['latency-ms']) },
    idleMs: 600_000,
    scaleRate: 1_000,
    onLog: () => {},
    onReport: (_name, _id, made) => {
      report ??= made;
    },
  });
  try {
    // A client's first request includes the time to load its code, which must not be measured.
    await fetch(`${laptop.url}/nothing`);
    const ask = async (vector: Float32Array) => {
      const body = JSON.stringify({
        ...(values.mode === 'lexical' ? {} : { vector: [...vector] }),
        ...(values.mode === 'vector' ? {} : { question: QUESTION }),
        topK: 10,
      });
      const startedMs = performance.now();
      const response = await fetch(`${laptop.url}/retrieve`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const text = await response.text();
      const tookMs = performance.now() - startedMs;
      if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
      return { tookMs, reply: JSON.parse(text) as { hits: { text: string }[]; trace: object } };
    };
    const queryOf = (at: number) => {
      const row = (at * 37) % questions.rows;
      return questions.values.subarray(row * questions.columns, (row + 1) * questions.columns);
    };
    const first = await ask(queryOf(number));
    const use = lastChildUse();
    if (first.reply.hits.length !== 10 || first.reply.hits.some(({ text }) => text === ''))
      throw new Error('The first answer does not have ten hits with texts.');
    const counts = laptop.services.accounting('retrieve-1').counts();
    const warmMs: number[] = [];
    for (let at = 0; at < Number(values.warm); at++)
      warmMs.push((await ask(queryOf(ROUNDS + number * 100 + at))).tookMs);
    return {
      firstMs: first.tookMs,
      initMs: report?.initMs ?? Number.NaN,
      handlerMs: report?.durationMs ?? Number.NaN,
      usedMs: use?.usedMs ?? Number.NaN,
      waitedMs: use?.waitedMs ?? Number.NaN,
      waves: counts.waves,
      reads: counts.reads,
      bytes: counts.bytesRead,
      maxMemoryMb: report?.maxMemoryMb ?? Number.NaN,
      warmMs,
      trace: first.reply.trace,
    };
  } finally {
    await laptop.close();
  }
}

const samples: Record<string, Sample[]> = { [values.mode]: [], ...(values.auto ? { auto: [] } : {}) };
const modes = Object.keys(samples);
for (let number = 0; number < ROUNDS; number++) {
  // If there are two modes, the rounds alternate which of them runs first.
  for (const mode of number % 2 === 0 ? modes : modes.toReversed()) {
    const sample = await round(number, mode);
    samples[mode]!.push(sample);
    const { firstMs, initMs, handlerMs, usedMs, waitedMs } = sample;
    const shown = [firstMs, initMs, handlerMs, usedMs, waitedMs].map((ms) => ms.toFixed(0));
    console.log(
      `${number + 1}, ${mode}: first answer ${shown[0]} ms (init ${shown[1]}, handler ${shown[2]}); ` +
        `${shown[3]} ms of processor time, ${shown[4]} ms waiting for a processor`,
    );
  }
}
const median = (mode: string, of: (sample: Sample) => number): number =>
  quantile(samples[mode]!.map(of), 0.5);
const [load] = loadavg();
for (const mode of modes) {
  const shown = (of: (sample: Sample) => number): string => median(mode, of).toFixed(0);
  const best = Math.min(...samples[mode]!.map(({ firstMs }) => firstMs));
  const warm = samples[mode]!.flatMap(({ warmMs }) => warmMs);
  console.log(
    `\n${ROUNDS} cold starts, ${mode}, median: first answer ${shown((s) => s.firstMs)} ms ` +
      `(init ${shown((s) => s.initMs)}, handler ${shown((s) => s.handlerMs)}); ${shown((s) => s.reads)} reads in ` +
      `${shown((s) => s.waves)} waves, ${shown((s) => s.bytes / 1_000)} KB; ${shown((s) => s.maxMemoryMb)} MB resident; ` +
      `${shown((s) => s.usedMs)} ms of processor time; without waiting for a processor ` +
      `${shown((s) => s.firstMs - s.waitedMs)} ms; best ${best.toFixed(0)} ms; load average ${load?.toFixed(1)}`,
  );
  console.log(
    `warm: p50 ${quantile(warm, 0.5).toFixed(0)} ms, p95 ${quantile(warm, 0.95).toFixed(0)} ms of ${warm.length}`,
  );
}
if (values.auto) {
  const ratio = (of: (sample: Sample) => number): string =>
    (median('auto', of) / median(values.mode, of)).toFixed(3);
  console.log(
    `\nauto / ${values.mode}: first answer ${ratio((s) => s.firstMs)}, without waiting ${ratio((s) => s.firstMs - s.waitedMs)}`,
  );
}
if (values.trace) console.log(JSON.stringify(samples[values.mode]?.at(-1)?.trace, undefined, 2));
if (values.json !== undefined) {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
  await writeFile(values.json, `${JSON.stringify({ version, options: values, samples }, undefined, 2)}\n`);
}
