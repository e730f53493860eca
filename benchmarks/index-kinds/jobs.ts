import { spawn } from 'node:child_process';
import type { IndexManifest } from '../../src/indexes/index.ts';
import type { CandidateParameters } from './workspace.ts';

/** A job of a candidate process. */
export type CandidateJob = { readonly workspace: string } & (
  | { readonly task: 'build'; readonly kind: string; readonly parameters: CandidateParameters }
  | {
      readonly task: 'query';
      /** `KIND@VERSION` */
      readonly index: string;
      readonly vectorsFolder: string;
      readonly firstVector: readonly number[];
      /** Number of warm queries to measure, starting with the folder's first query. */
      readonly queries: number;
      readonly topK: number;
    }
);

/** A result of the process. */
export type CandidateMessage =
  | {
      readonly message: 'built';
      readonly manifest: IndexManifest;
      readonly stagesMs: Readonly<Record<string, number>>;
      readonly peakMemoryBytes: number;
    }
  | { readonly message: 'first'; readonly textCharacters: number }
  | {
      readonly message: 'queried';
      readonly latenciesMs: readonly number[];
      /** Document ids by query, best first. */
      readonly hits: readonly (readonly string[])[];
      readonly description: Readonly<Record<string, string | number>>;
      readonly peakMemoryBytes: number;
    }
  | { readonly message: 'failed'; readonly code: string; readonly text: string };

/** A candidate that could not do its job; `code` MISSING_PACKAGE means that the peer is not installed. */
export class CandidateFailure extends Error {
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

/** Messages of a job by name, each with its time in milliseconds since process start. */
export type JobOutcome = Partial<{
  [Name in CandidateMessage['message']]: { readonly atMs: number } & Extract<
    CandidateMessage,
    { message: Name }
  >;
}>;

/** Runs a job in a fresh process of `program`. Its output goes to stderr. @throws CandidateFailure */
export async function runJob(program: string, job: CandidateJob): Promise<JobOutcome> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ['ignore', 2, 2, 'ipc'] });
  const outcome: Record<string, unknown> = {};
  child.on('message', (message: CandidateMessage) => {
    outcome[message.message] = { ...message, atMs: performance.now() - startedMs };
  });
  const status = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? String(code)));
  });
  const { failed, ...done } = outcome as JobOutcome;
  if (failed !== undefined) throw new CandidateFailure(failed.code, failed.text);
  if (status !== '0') throw new CandidateFailure('CRASHED', `The process exited with ${status}.`);
  return done;
}
