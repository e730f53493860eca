import { CandidateFailure, runJob } from './jobs.ts';
import type { Candidate } from './report.ts';
import { type CandidateParameters, dropIndexes } from './workspace.ts';

/** Settings shared by all candidates. */
export interface CandidateSetting {
  /** The bundled candidate process. */
  readonly program: string;
  readonly workspace: string;
  readonly vectorsFolder: string;
  readonly firstVector: readonly number[];
  readonly queries: number;
  readonly topK: number;
  readonly parameters: Readonly<Record<string, CandidateParameters>>;
  /** Returns the recall of each query, given the document ids of its hits. */
  readonly judge: (hits: readonly (readonly string[])[]) => Promise<number[]>;
  readonly say: (text: string) => void;
}

/** Runs the rounds; every other round reverses the order: A B C, C B A. */
export async function runRounds(
  kinds: readonly string[],
  rounds: number,
  setting: CandidateSetting,
): Promise<Candidate[]> {
  const candidates: Candidate[] = kinds.map((kind) => ({ kind, rounds: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const candidate of round % 2 === 1 ? candidates : candidates.toReversed()) {
      if (candidate.absent === undefined && candidate.failure === undefined)
        await runCandidate(candidate, round, setting);
    }
  }
  return candidates;
}

async function runCandidate(candidate: Candidate, round: number, setting: CandidateSetting): Promise<void> {
  const { program, workspace, vectorsFolder, firstVector, queries, topK, judge, say } = setting;
  const { kind } = candidate;
  try {
    const parameters = setting.parameters[kind] ?? {};
    const { built } = await runJob(program, { task: 'build', workspace, kind, parameters });
    if (built === undefined) throw new CandidateFailure('CRASHED', 'The build returned no result.');
    const { version, buildParameters, queryParameters, build } = built.manifest;
    const index = `${kind}@${version}`;
    const job = { task: 'query', workspace, index, vectorsFolder, firstVector, queries, topK } as const;
    const { first, queried } = await runJob(program, job).finally(() => dropIndexes(workspace));
    if (first === undefined || queried === undefined)
      throw new CandidateFailure('CRASHED', 'The queries returned no result.');
    candidate.parameters = { build: buildParameters, query: queryParameters };
    candidate.description = queried.description;
    candidate.rounds.push({
      round,
      buildMs: build.durationMs,
      stagesMs: built.stagesMs,
      buildPeakMemoryBytes: built.peakMemoryBytes,
      sizeBytes: build.sizeBytes ?? Number.NaN,
      firstAnswerMs: first.atMs,
      queryPeakMemoryBytes: queried.peakMemoryBytes,
      latenciesMs: queried.latenciesMs,
      recalls: await judge(queried.hits),
    });
    say(`round ${round}: ${kind} built in ${(build.durationMs / 1_000).toFixed(1)} s`);
  } catch (error) {
    if (!(error instanceof CandidateFailure)) throw error;
    say(`round ${round}: ${kind}: ${error.message}`);
    if (error.code === 'MISSING_PACKAGE') candidate.absent = `absent: ${error.message}`;
    else candidate.failure = { code: error.code, message: error.message };
  }
}
