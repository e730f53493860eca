import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { CandidateJob, CandidateOutcome } from './jobs.ts';

/** A candidate that could not do its job. */
export class CandidateFailure extends Error {}

/** Runs a job in a fresh process. @throws CandidateFailure */
export async function runCandidate(program: string, job: CandidateJob): Promise<CandidateOutcome> {
  const child = spawn(process.execPath, ['--no-warnings', program, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 2],
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? String(code)));
  });
  const [printed, status] = await Promise.all([text(child.stdout!), ended]);
  const line = printed.trimEnd().split('\n').at(-1) ?? '';
  if (status !== '0' || line === '') throw new CandidateFailure(`The process exited with ${status}.`);
  const outcome = JSON.parse(line) as CandidateOutcome;
  if (outcome.error !== undefined)
    throw new CandidateFailure(`${outcome.error.code} ${outcome.error.message}`.trim());
  return outcome;
}
