import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoragePlace } from '../../src/io/storage/index.ts';
import { corpusContent } from './corpus-content.ts';
import { type ProxyFault, startFaultProxy } from './fault-proxy.ts';
import { mustIngest, runIngest } from './ingest-runs.ts';
import { difference, type KillOptions, type KillRound } from './kill-ingest.ts';
import { seeded } from './seeded.ts';

/** Kills happen within this time after the start of a new collection. */
const FIRST_MS = 500;
/** Time that the creation of the table takes after its folder exists. */
const CREATION_MS = 40;
const POLL_MS = 1;
const TABLES = 'default/corpus';

type KillCreation = Pick<KillOptions, 'makePlace' | 'rounds' | 'seed'> & {
  /** Holds `docs`. */
  readonly folder: string;
};

/**
 * Kills the first ingest of new collections on disk: in even rounds at a random moment of the first half
 * second of the location, in odd rounds while the corpus table is created. Kills every third location twice.
 */
export async function killCreationOnDisk({
  makePlace,
  folder,
  rounds,
  seed,
}: KillCreation): Promise<KillRound[]> {
  const random = seeded(seed);
  const wanted = await undisturbed(makePlace, folder);
  const results: KillRound[] = [];
  while (results.length < rounds) {
    const place = await makePlace();
    const path = place.location.kind === 'file' ? place.location.path : '';
    const round = results.length;
    let kills = 0;
    for (let attempt = 0; attempt < (round % 3 === 2 ? 2 : 1); attempt++) {
      const [watched, withinMs] = round % 2 === 0 ? [path, FIRST_MS] : [join(path, TABLES), CREATION_MS];
      const before = entriesBelow(watched);
      const abort = new AbortController();
      let ended = false;
      const run = runIngest(place, folder, ['docs'], abort.signal).finally(() => {
        ended = true;
      });
      while (!ended && entriesBelow(watched) === before) await sleep(POLL_MS);
      await Promise.race([sleep(withinMs * random()), run]);
      abort.abort();
      if ((await run).killed) kills++;
    }
    if (kills > 0) results.push({ kills, ...(await finished(place, folder, wanted)) });
  }
  return results;
}

/**
 * Kills the first ingest of new collections on S3 at exact requests, spread evenly over the first half second
 * of an undisturbed run: either before the server receives the request, or after it has executed it but
 * before the response arrives.
 */
export async function killCreationOnS3({
  makePlace,
  folder,
  rounds,
}: Omit<KillCreation, 'seed'>): Promise<KillRound[]> {
  const wanted = await undisturbed(makePlace, folder);
  const count = await requestsOfFirstMoments(makePlace, folder);
  const results: KillRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const moment = Math.floor(((round + 0.5) / rounds) * 2 * count);
    const abort = new AbortController();
    const kill = (): void => abort.abort();
    const place = await makePlace();
    const { killed } = await throughProxy(place, folder, abort.signal, (number) => {
      if (number !== 1 + (moment >> 1)) return 'pass';
      if (moment % 2 === 1) return { insteadOfAnswer: kill };
      kill();
      return { status: 503, code: 'SlowDown' };
    });
    results.push({ kills: Number(killed), ...(await finished(place, folder, wanted)) });
  }
  return results;
}

/**
 * Returns the number of entries in a folder; -1 if it does not exist, so that the creation of an empty folder
 * counts as a change.
 */
const entriesBelow = (folder: string): number =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).length : -1;

async function undisturbed(makePlace: KillOptions['makePlace'], folder: string): Promise<readonly string[]> {
  const place = await makePlace();
  await mustIngest(place, folder, ['docs']);
  return corpusContent(place);
}

async function finished(place: StoragePlace, folder: string, wanted: readonly string[]) {
  await mustIngest(place, folder, ['docs']);
  return difference(wanted, await corpusContent(place));
}

async function requestsOfFirstMoments(makePlace: KillOptions['makePlace'], folder: string): Promise<number> {
  const startedMs: number[] = [];
  await throughProxy(await makePlace(), folder, undefined, () => {
    startedMs.push(performance.now());
    return 'pass';
  });
  return startedMs.filter((ms) => ms - startedMs[0]! <= FIRST_MS).length;
}

/** Runs an ingest whose S3 requests go through a proxy; `decide` receives their numbers, starting with 1. */
async function throughProxy(
  { location, s3 }: StoragePlace,
  folder: string,
  kill: AbortSignal | undefined,
  decide: (number: number) => ProxyFault,
) {
  const proxy = await startFaultProxy(s3!.endpoint!);
  proxy.decide = ({ number }) => decide(number);
  try {
    return await runIngest({ location, s3: { ...s3, endpoint: proxy.url } }, folder, ['docs'], kill);
  } finally {
    await proxy.stop();
  }
}
