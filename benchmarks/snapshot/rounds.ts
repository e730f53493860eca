import type { CandidateKind } from './candidates.ts';
import { CandidateFailure } from './run-candidate.ts';
import type { Sample } from './samples.ts';
import { type Bench, KindRound } from './scenarios.ts';

/** Samples of all rounds, and the errors of kinds that failed. */
export interface Measured {
  readonly samples: readonly Sample[];
  readonly failures: Readonly<Record<string, string>>;
}

type Step = (kind: CandidateKind, round: number) => Promise<Sample[]>;

/** Runs the rounds: each step runs every kind in turn; every other round reverses the order. */
export async function runRounds(
  bench: Bench,
  kinds: readonly CandidateKind[],
  say: (text: string) => void,
): Promise<Measured> {
  const samples: Sample[] = [];
  const failures: Record<string, string> = {};
  const steps = stepsOf(bench);
  for (let round = 1; round <= bench.options.rounds; round++) {
    for (const step of steps) {
      for (const kind of round % 2 === 1 ? kinds : kinds.toReversed()) {
        if (failures[kind.name] !== undefined) continue;
        try {
          samples.push(...(await step(kind, round)));
        } catch (error) {
          if (!(error instanceof CandidateFailure)) throw error;
          failures[kind.name] = `failed: ${error.message}`;
          say(`round ${round}: ${kind.name} ${failures[kind.name]}`);
        }
      }
    }
    say(`round ${round} of ${bench.options.rounds} done`);
  }
  return { samples, failures };
}

function stepsOf(bench: Bench): Step[] {
  const { scenarios, starts, places } = bench.options;
  const steps: Step[] = [];
  const on = (
    use: (measure: KindRound) => Promise<Sample[]>,
    isRun = (_: CandidateKind, __: number) => true,
  ) => steps.push(async (kind, round) => (isRun(kind, round) ? use(new KindRound(bench, kind, round)) : []));
  if (scenarios.includes('cold')) {
    for (const place of places) {
      for (let start = 0; start < starts; start++)
        on(
          (measure) => measure.cold(place, start),
          ({ readsS3 }) => place === 'disk' || readsS3,
        );
    }
    // The answers are deterministic, so one round is enough.
    on(
      (measure) => measure.firstRecall(),
      (_, round) => round === 1,
    );
  }
  if (scenarios.includes('session') && bench.model !== undefined)
    on(
      (measure) => measure.session(),
      ({ readsS3 }) => readsS3,
    );
  if (scenarios.includes('warm')) on((measure) => measure.warm());
  if (scenarios.includes('memory')) on((measure) => measure.memory());
  return steps;
}
