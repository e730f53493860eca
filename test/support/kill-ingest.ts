import type { StoragePlace } from '../../src/io/storage/index.ts';
import { corpusContent } from './corpus-content.ts';
import { mustIngest, runIngest } from './ingest-runs.ts';
import { seeded } from './seeded.ts';

export interface KillOptions {
  /** Returns a new, empty location. */
  readonly makePlace: () => Promise<StoragePlace>;
  /** Folder with two editions of `docs`: `old/docs` and `new/docs`. */
  readonly folder: string;
  readonly rounds: number;
  readonly seed: number;
}

/** The result of a round: number of kills, and differences between the finished and the expected corpus. */
export interface KillRound {
  readonly kills: number;
  readonly lost: readonly string[];
  readonly extra: readonly string[];
}

/**
 * Kills ingests at random moments (as shares of the duration of an undisturbed run; equal seeds select equal
 * shares), completes them, and compares the corpus with that of an undisturbed run. Every second round
 * updates a corpus with an older edition; every third is killed twice.
 */
export async function killIngests({ makePlace, folder, rounds, seed }: KillOptions): Promise<KillRound[]> {
  const random = seeded(seed);
  const undisturbed = await makePlace();
  await mustIngest(undisturbed, `${folder}/new`, ['docs']);
  const wanted = await corpusContent(undisturbed);
  // Measures the second run, because the first one also fills the disk cache.
  let { durationMs } = await mustIngest(await makePlace(), `${folder}/new`, ['docs']);
  const killed = async (place: StoragePlace): Promise<boolean> => {
    const moment = Math.round(durationMs * (0.1 + 0.85 * random()));
    const run = await runIngest(place, `${folder}/new`, ['docs'], AbortSignal.timeout(moment));
    // The ingest ended before the kill: the machine has become faster, for example because other work has
    // ended.
    if (!run.killed) durationMs = Math.min(durationMs, run.durationMs);
    return run.killed;
  };
  const results: KillRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const { place, kills } = await killedPlace(makePlace, folder, round, killed);
    await mustIngest(place, `${folder}/new`, ['docs']);
    results.push({ kills, ...difference(wanted, await corpusContent(place)) });
  }
  return results;
}

/**
 * A location whose ingest was killed at least once; retries at a new location if the ingest ended earlier.
 */
async function killedPlace(
  makePlace: () => Promise<StoragePlace>,
  folder: string,
  round: number,
  killed: (place: StoragePlace) => Promise<boolean>,
): Promise<{ place: StoragePlace; kills: number }> {
  for (;;) {
    const place = await makePlace();
    if (round % 2 === 1) await mustIngest(place, `${folder}/old`, ['docs']);
    let kills = 0;
    for (let kill = 0; kill < (round % 3 === 2 ? 2 : 1); kill++) {
      if (await killed(place)) kills++;
    }
    if (kills > 0) return { place, kills };
  }
}

/** Lines of each list that are missing in the other, counting repetitions. */
export function difference(
  wanted: readonly string[],
  actual: readonly string[],
): { lost: string[]; extra: string[] } {
  const counts = new Map<string, number>();
  for (const line of actual) counts.set(line, (counts.get(line) ?? 0) + 1);
  const lost = wanted.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
  return { lost, extra: [...counts].flatMap(([line, count]) => (count > 0 ? [line] : [])) };
}

/** Compares two concurrent ingests of overlapping folders with one ingest of all folders. */
export async function ingestAtOnce(
  makePlace: () => Promise<StoragePlace>,
  folder: string,
): Promise<KillRound> {
  const alone = await makePlace();
  await mustIngest(alone, folder, ['a', 'both', 'b']);
  const place = await makePlace();
  await Promise.all([mustIngest(place, folder, ['a', 'both']), mustIngest(place, folder, ['both', 'b'])]);
  return { kills: 0, ...difference(await corpusContent(alone), await corpusContent(place)) };
}
