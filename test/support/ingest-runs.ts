import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { formatLocation, type StoragePlace } from '../../src/io/storage/index.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The result of an `srag` process. */
export interface Run {
  readonly killed: boolean;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** Runs `srag ingest` as a process in `folder`; aborting `kill` kills it with SIGKILL. */
export async function runIngest(
  place: StoragePlace,
  folder: string,
  paths: readonly string[],
  kill?: AbortSignal,
): Promise<Run> {
  const location = formatLocation(place.location);
  const words = [
    CLI,
    'ingest',
    ...paths,
    '--no-index',
    '--location',
    location,
    '--embedder',
    'hashing',
    '--json',
  ];
  const started = performance.now();
  const child = spawn(process.execPath, ['--no-warnings', ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(place),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const onKill = (): boolean => child.kill('SIGKILL');
  kill?.addEventListener('abort', onKill);
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null];
  kill?.removeEventListener('abort', onKill);
  return { killed: signal === 'SIGKILL', exitCode, stdout, stderr, durationMs: performance.now() - started };
}

/** Like {@link runIngest}, but throws if the ingest fails. */
export async function mustIngest(
  place: StoragePlace,
  folder: string,
  paths: readonly string[],
): Promise<Run> {
  const run = await runIngest(place, folder, paths);
  if (run.exitCode !== 0)
    throw new Error(`srag ingest ended with ${run.exitCode}:\n${run.stdout}\n${run.stderr}`);
  return run;
}

function environment({ s3 }: StoragePlace): NodeJS.ProcessEnv {
  if (s3 === undefined) return process.env;
  return {
    ...process.env,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials?.secretAccessKey,
  };
}
