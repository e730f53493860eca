import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SragError, throwIfAborted, withoutUndefined } from '../../core/index.ts';
import { privateFolder } from '../../io/temporary/index.ts';
import { cdkFailure } from './cdk-failure.ts';
import type { InfraPackage } from './infra-package.ts';

/** The progress of CloudFormation. */
export interface CdkProgress {
  /** Number of resources that are done. */
  readonly done: number;
  /** Number of all resources; 0 if CDK does not report it. */
  readonly total: number;
  /** The last event, for example `CREATE_COMPLETE AWS::Lambda::Function`. */
  readonly detail: string;
}

/** Parameters of a CDK run. */
export interface CdkRun {
  readonly infra: InfraPackage;
  readonly stack: string;
  /** Settings of the app, as JSON. */
  readonly settings: object;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: CdkProgress) => void;
  /** Called with output lines that are not progress events. */
  readonly onLine?: (line: string) => void;
}

/** The parts of a CloudFormation template that srag shows. */
export interface DeploymentTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

/** Characters of output kept for error messages. */
const KEPT_CHARACTERS = 200_000;
/** `demo |  3/117 | 12:00:00 PM | CREATE_COMPLETE | AWS::Lambda::Function | ...`, as `--progress events` prints. */
const EVENT = /^\S+ \|\s*(\d+)(?:\/(\d+))? \|[^|]*\| ([^\s|]+)\s*\| (\S+)/;

/**
 * Deploys the stack and returns its outputs.
 * @throws DEPLOYMENT_FAILED and the errors of {@link cdkFailure}.
 */
export async function cdkDeploy(run: CdkRun): Promise<Readonly<Record<string, string>>> {
  return withFolder(async (folder) => {
    const file = join(folder, 'outputs.json');
    await runCdk(run, folder, [
      'deploy',
      run.stack,
      ...['--require-approval', 'never', '--progress', 'events', '--outputs-file', file],
    ]);
    const outputs = JSON.parse(await readFile(file, 'utf8')) as Record<string, Record<string, string>>;
    return outputs[run.stack] ?? {};
  });
}

/** Creates or updates CDK's bootstrap stack in the account and region. */
export async function cdkBootstrap(run: CdkRun): Promise<void> {
  await withFolder((folder) => runCdk(run, folder, ['bootstrap', '--progress', 'events']));
}

/** The template of a deployment; needs neither network nor credentials. */
export async function cdkTemplate(run: CdkRun): Promise<DeploymentTemplate> {
  return withFolder(async (folder) => {
    await runCdk(run, folder, ['synth', run.stack, '--quiet']);
    return JSON.parse(await readFile(join(folder, 'cdk.out', `${run.stack}.template.json`), 'utf8'));
  });
}

/** The changes that a deployment would make, as CDK prints them. */
export async function cdkDiff(run: CdkRun): Promise<{ readonly hasChanges: boolean; readonly text: string }> {
  return withFolder(async (folder) => {
    const text = (await runCdk(run, folder, ['diff', run.stack, '--no-color'])).trim();
    const count = /Number of stacks with differences: (\d+)/.exec(text)?.[1];
    return { hasChanges: count === undefined ? !/no differences/i.test(text) : count !== '0', text };
  });
}

/** Destroys the stack; retained resources stay. */
export async function cdkDestroy(run: CdkRun): Promise<void> {
  await withFolder((folder) =>
    runCdk(run, folder, ['destroy', run.stack, '--force', '--progress', 'events']),
  );
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await privateFolder('cdk');
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runCdk(run: CdkRun, folder: string, words: readonly string[]): Promise<string> {
  throwIfAborted(run.signal);
  const { infra, profile } = run;
  const all = [
    infra.cdk,
    ...words,
    // CDK would strip quotes. None are needed: PATH finds this Node first, and the app's path is relative.
    ...['--app', `node ${relative(infra.folder, infra.app)}`, '--output', join(folder, 'cdk.out')],
    // Lines are written to stdout and errors to stderr, and CDK contacts only AWS.
    ...['--ci', '--no-notices', '--no-version-reporting'],
    ...(profile === undefined ? [] : ['--profile', profile]),
  ];
  const child = spawn(process.execPath, all, {
    cwd: infra.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environmentOf(run),
    // CloudFormation continues on its own: an interrupt only stops srag from watching it. The next run
    // resumes.
    signal: run.signal,
  });
  const reading = readOutput(child, run);
  const exitCode = await exitOf(child, run.signal);
  const output = await reading;
  throwIfAborted(run.signal);
  if (exitCode === 0) return output.stdout;
  throw cdkFailure(words[0] ?? 'cdk', exitCode, output);
}

const environmentOf = ({ environment, settings, region }: CdkRun): NodeJS.ProcessEnv =>
  withoutUndefined({
    ...environment,
    PATH: [dirname(process.execPath), environment.PATH].filter(Boolean).join(delimiter),
    NO_COLOR: '1',
    // Settings are not passed as an argument, because other users of the machine can read arguments, and
    // settings may contain keys.
    SRAG_DEPLOYMENT: JSON.stringify(settings),
    ...(region !== undefined && { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
  });

/** Reads the output to its end and reports events and lines. */
async function readOutput(
  child: ChildProcessByStdio<null, Readable, Readable>,
  { onProgress, onLine }: CdkRun,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const output = { stdout: '', stderr: '' };
  const reading = (['stdout', 'stderr'] as const).map(async (name) => {
    for await (const line of createInterface({ input: child[name] })) {
      output[name] = `${output[name]}${line}\n`.slice(-KEPT_CHARACTERS);
      const [, done, total, status, type] = EVENT.exec(line) ?? [];
      if (done === undefined) onLine?.(line);
      else onProgress?.({ done: Number(done), total: Number(total ?? 0), detail: `${status} ${type}` });
    }
  });
  await Promise.all(reading);
  return output;
}

/** Exit code of the process; null if it was aborted. */
function exitOf(child: ChildProcess, signal: AbortSignal | undefined): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      if (signal?.aborted) resolve(null);
      else
        reject(new SragError('DEPLOYMENT_FAILED', `CDK could not be started: ${cause.message}.`, { cause }));
    });
    child.once('close', resolve);
  });
}
