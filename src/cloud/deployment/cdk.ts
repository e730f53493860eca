import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { SragError, throwIfAborted } from '../../core/index.ts';
import { privateFolder } from '../../io/temporary/index.ts';
import { cdkFailure } from './cdk-failure.ts';
import type { InfraPackage } from './infra-package.ts';

/** How far CloudFormation is. */
export interface CdkProgress {
  /** Resources done. */
  readonly done: number;
  /** 0 where CDK does not know. */
  readonly total: number;
  /** What happened last, for example `CREATE_COMPLETE AWS::Lambda::Function`. */
  readonly detail: string;
}

/** What a run of CDK works with. */
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
  /** Lines that are no progress. */
  readonly onLine?: (line: string) => void;
}

/** A template of CloudFormation, as far as it is shown. */
export interface DeploymentTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

/** Characters of output that are kept to tell what went wrong. */
const KEPT_CHARACTERS = 200_000;
/** `demo |  3/117 | 12:00:00 PM | CREATE_COMPLETE | AWS::Lambda::Function | ...`, as `--progress events` prints. */
const EVENT = /^\S+ \|\s*(\d+)(?:\/(\d+))? \|[^|]*\| ([^\s|]+)\s*\| (\S+)/;

/** Deploys the stack and gives its outputs. @throws DEPLOYMENT_FAILED and what {@link cdkFailure} knows. */
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

/** Makes what CDK needs in account and region, or brings it up to date. */
export async function cdkBootstrap(run: CdkRun): Promise<void> {
  await withFolder((folder) => runCdk(run, folder, ['bootstrap', '--progress', 'events']));
}

/** The template that a deployment would send; neither network nor credentials are needed. */
export async function cdkTemplate(run: CdkRun): Promise<DeploymentTemplate> {
  return withFolder(async (folder) => {
    await runCdk(run, folder, ['synth', run.stack, '--quiet']);
    return JSON.parse(await readFile(join(folder, 'cdk.out', `${run.stack}.template.json`), 'utf8'));
  });
}

/** What a deployment would change, in CDK's words. */
export async function cdkDiff(run: CdkRun): Promise<{ readonly hasChanges: boolean; readonly text: string }> {
  return withFolder(async (folder) => {
    const text = (await runCdk(run, folder, ['diff', run.stack, '--no-color'])).trim();
    const count = /Number of stacks with differences: (\d+)/.exec(text)?.[1];
    return { hasChanges: count === undefined ? !/no differences/i.test(text) : count !== '0', text };
  });
}

/** Destroys the stack; what it retains stays. */
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
  const { infra, region, profile } = run;
  const all = [
    infra.cdk,
    ...words,
    // Without quotes, of which CDK takes the outer ones away: this Node is first on PATH, the app below the folder.
    ...['--app', `node ${relative(infra.folder, infra.app)}`, '--output', join(folder, 'cdk.out')],
    // Lines go to stdout, errors to stderr; nothing is asked of the network but AWS itself.
    ...['--ci', '--no-notices', '--no-version-reporting'],
    ...(profile === undefined ? [] : ['--profile', profile]),
  ];
  const child = spawn(process.execPath, all, {
    cwd: infra.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...run.environment,
      PATH: [dirname(process.execPath), run.environment.PATH].filter(Boolean).join(delimiter),
      NO_COLOR: '1',
      // Not an argument: other users of the machine read those, and settings may hold keys.
      SRAG_DEPLOYMENT: JSON.stringify(run.settings),
      ...(region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    },
    // CloudFormation goes on by itself: an interrupt ends the watching, and the next run takes up from there.
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  });
  const output = { stdout: '', stderr: '' };
  const reading = (['stdout', 'stderr'] as const).map(async (name) => {
    for await (const line of createInterface({ input: child[name] })) {
      output[name] = `${output[name]}${line}\n`.slice(-KEPT_CHARACTERS);
      const [, done, total, status, type] = EVENT.exec(line) ?? [];
      if (done !== undefined)
        run.onProgress?.({ done: Number(done), total: Number(total ?? 0), detail: `${status} ${type}` });
      else run.onLine?.(line);
    }
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => {
      if (run.signal?.aborted) resolve(null);
      else
        reject(
          new SragError('DEPLOYMENT_FAILED', `CDK could not be started: ${error.message}.`, { cause: error }),
        );
    });
    child.once('close', resolve);
  });
  await Promise.all(reading);
  throwIfAborted(run.signal);
  if (exitCode === 0) return output.stdout;
  throw cdkFailure(words[0] ?? 'cdk', exitCode, output);
}
