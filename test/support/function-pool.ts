import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { hasEnded } from '../../src/io/storage/index.ts';
import {
  type FunctionDefinition,
  FunctionPool,
  type InvocationResult,
  type PoolOptions,
  type Report,
} from '../../src/laptop/lifecycle/index.ts';

const FUNCTIONS = fileURLToPath(new URL('./functions', import.meta.url));
const BOOTSTRAP = fileURLToPath(new URL('../../src/laptop/runtime/bootstrap.ts', import.meta.url));

/** A pool for a handler of test/support/functions; it is closed after the test. */
export async function poolOf(
  handler: string,
  definition: Partial<FunctionDefinition> = {},
  options: Partial<PoolOptions> = {},
): Promise<TestPool> {
  const folder = await mkdtemp(join(tmpdir(), 'srag-pool-'));
  const lines: string[] = [];
  const reports: Report[] = [];
  const pool = new FunctionPool(
    {
      name: 'tested',
      root: FUNCTIONS,
      handler,
      memoryMb: 1_769,
      timeoutMs: 10_000,
      environment: { GIVEN: 'by the function' },
      concurrency: 4,
      ...definition,
    },
    {
      folder,
      runtime: [process.execPath, '--no-warnings', BOOTSTRAP],
      idleMs: 60_000,
      scaleRate: 1_000,
      onLog: (_name, _id, line) => lines.push(line),
      onReport: (_name, _id, report) => reports.push(report),
      ...options,
    },
  );
  onTestFinished(async () => {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { pool, lines, reports, folder, ask: (event) => pool.invoke(Buffer.from(JSON.stringify(event))) };
}

export interface TestPool {
  readonly pool: FunctionPool;
  /** The log lines of the environments. */
  readonly lines: string[];
  readonly reports: Report[];
  readonly folder: string;
  ask(event: unknown): Promise<InvocationResult>;
}

/** Parses the JSON of a response or of a function error. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into every kind of answer.
export function told(result: InvocationResult): any {
  if (result.kind === 'throttled' || result.kind === 'stream')
    throw new Error(`The invocation ended as ${result.kind}.`);
  return JSON.parse(result.payload.toString('utf8'));
}

/** Polls a condition; throws if it is still false after five seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 500) throw new Error(`It never became so: ${isSo}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

export const isAlive = (pid: number): boolean => !hasEnded(pid);
