/**
 * Runs one candidate in its own process: builds an index, or opens it and answers. Receives its job as JSON
 * and sends results by IPC.
 */
import { asSragError } from '../../src/core/index.ts';
import { openVectorFolder } from '../../src/models/embedders/index.ts';
import type { CandidateJob, CandidateMessage } from './jobs.ts';
import { peakMemoryBytes } from './peak-memory.ts';
import { buildIndex, openIndex } from './workspace.ts';

const WARM_UP = 20;

const send = (message: CandidateMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });

async function build(job: CandidateJob & { task: 'build' }): Promise<void> {
  const stageStarts: { stage: string; atMs: number }[] = [];
  const manifest = await buildIndex(job.workspace, job.kind, job.parameters, ({ stage }) => {
    if (stageStarts.at(-1)?.stage !== stage) stageStarts.push({ stage, atMs: performance.now() });
  });
  const endMs = performance.now();
  const stagesMs = Object.fromEntries(
    stageStarts.map(({ stage, atMs }, index) => [stage, (stageStarts[index + 1]?.atMs ?? endMs) - atMs]),
  );
  await send({ message: 'built', manifest, stagesMs, peakMemoryBytes: peakMemoryBytes() });
}

async function query(job: CandidateJob & { task: 'query' }): Promise<void> {
  const { topK } = job;
  const searcher = await openIndex(job.workspace, job.index);
  const first = await searcher.search({ vector: Float32Array.from(job.firstVector), topK });
  await send({ message: 'first', textCharacters: first.hits[0]?.text.length ?? 0 });

  const vectors = await openVectorFolder(job.vectorsFolder);
  const given = await vectors.queries().finally(() => vectors.close());
  if (given === undefined) throw new Error(`${job.vectorsFolder} holds no queries.`);
  const vectorOf = (index: number): Float32Array =>
    given.vectors.slice(index * vectors.dimensions, (index + 1) * vectors.dimensions);
  for (let index = 0; index < Math.min(WARM_UP, job.queries); index++) {
    await searcher.search({ vector: vectorOf(index), topK });
  }
  const latenciesMs: number[] = [];
  const hits: string[][] = [];
  for (let index = 0; index < job.queries; index++) {
    const vector = vectorOf(index);
    const startedMs = performance.now();
    const result = await searcher.search({ vector, topK });
    latenciesMs.push(performance.now() - startedMs);
    hits.push(result.hits.map(({ documentId }) => documentId));
  }
  const description = await searcher.describe();
  await send({ message: 'queried', latenciesMs, hits, description, peakMemoryBytes: peakMemoryBytes() });
  await searcher.close();
}

const job = JSON.parse(process.argv[2] ?? '') as CandidateJob;
try {
  await (job.task === 'build' ? build(job) : query(job));
} catch (error) {
  const { code, message } = asSragError(error);
  await send({ message: 'failed', code, text: message });
  process.exitCode = 1;
}
process.disconnect?.();
