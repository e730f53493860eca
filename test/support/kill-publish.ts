import { formatLocation, type StoragePlace } from '../../src/io/storage/index.ts';
import { fileStorage, openSearcher, signedS3 } from '../../src/snapshot.ts';
import type { CliProject, CliRun } from './cli.ts';
import { seeded } from './seeded.ts';

export interface PublishKillOptions {
  readonly project: CliProject;
  readonly place: StoragePlace;
  readonly kills: number;
  readonly seed: number;
}

/** The published state after one kill. */
export interface PublishKill {
  readonly generation: number;
  /** Ids of the first hits, without (`hits`) and with (`prefetched`) the copy for cold starts. */
  readonly hits: readonly string[];
  readonly prefetched: readonly string[];
}

/**
 * Kills `srag index build snapshot`, which also publishes, at random moments (as shares of the duration of an
 * undisturbed run; equal seeds select equal shares) until `kills` builds were killed before they ended. Opens
 * the published index after each kill.
 */
export async function killPublishing(options: PublishKillOptions): Promise<PublishKill[]> {
  const { project, place, kills, seed } = options;
  const random = seeded(seed);
  const startedMs = performance.now();
  await build(options);
  const durationMs = performance.now() - startedMs;
  const found: PublishKill[] = [];
  for (let attempt = 0; found.length < kills; attempt++) {
    if (attempt > 20 + 5 * kills) throw new Error('Every build ended before it was killed.');
    // A different seed each time, so that versions differ in content, not only in name.
    const words = [...buildWords(place), '--param', `seed=${attempt + 2}`];
    const { child, ended } = project.start(words, { env: environmentOf(place) });
    const timer = setTimeout(() => child.kill('SIGKILL'), durationMs * (0.25 + 0.8 * random()));
    const { exitCode } = await ended;
    clearTimeout(timer);
    if (exitCode === null) found.push(await lookAt(place));
  }
  return found;
}

/** Builds and publishes without being killed. */
export const build = ({
  project,
  place,
}: Pick<PublishKillOptions, 'project' | 'place'>): Promise<CliRun['json']> =>
  project.json(buildWords(place), { env: environmentOf(place) });

/** The published state, as a new searcher finds it. */
export async function lookAt(place: StoragePlace): Promise<PublishKill> {
  const storage = storageOf(place);
  const first = async (options: { readonly prefetch?: 'hybrid' }) => {
    const searcher = await openSearcher({ storage, ...options });
    const { hits } = await searcher.search({ text: 'page 7 latency storage', topK: 3 });
    const { generation } = searcher.published;
    await searcher.close();
    return { generation, hits: hits.map(({ id }) => id) };
  };
  const plain = await first({});
  const prefetched = await first({ prefetch: 'hybrid' });
  return { ...plain, prefetched: prefetched.hits };
}

const buildWords = (place: StoragePlace): string[] => [
  ...['index', 'build', 'snapshot', '--location', formatLocation(place.location)],
  ...['--validation-queries', '20'],
];

function storageOf({ location, s3 }: StoragePlace) {
  if (location.kind === 'file') return fileStorage(location.path);
  const { bucket, prefix } = location;
  return signedS3({
    bucket,
    prefix,
    endpoint: s3!.endpoint!,
    region: s3!.region!,
    credentials: s3!.credentials!,
  });
}

/** Environment variables that a process needs to access a location. */
export function environmentOf({ s3 }: StoragePlace): Record<string, string> {
  if (s3 === undefined) return {};
  return {
    AWS_ENDPOINT_URL_S3: s3.endpoint!,
    AWS_REGION: s3.region!,
    AWS_ACCESS_KEY_ID: s3.credentials!.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials!.secretAccessKey,
  };
}
