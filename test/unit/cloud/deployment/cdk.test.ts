import { chmod, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type CdkProgress,
  type CdkRun,
  cdkBootstrap,
  cdkDeploy,
  cdkDestroy,
  cdkDiff,
} from '../../../../src/cloud/deployment/index.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

/** A program that replaces the CDK: it records its arguments, then behaves as the test requires. */
async function run(
  program: string,
  more: Partial<CdkRun> = {},
): Promise<{ run: CdkRun; called: () => Promise<Called> }> {
  const folder = await temporaryFolder();
  const cdk = join(folder, 'cdk.cjs');
  await writeFile(
    cdk,
    `const fs = require('node:fs');
const words = process.argv.slice(2);
const after = (name) => words[words.indexOf(name) + 1];
fs.writeFileSync(${JSON.stringify(join(folder, 'called.json'))}, JSON.stringify({ words, cwd: process.cwd(), env: process.env }));
${program}`,
  );
  await chmod(cdk, 0o755);
  return {
    run: {
      infra: { folder, app: join(folder, 'src', 'app.ts'), cdk },
      stack: 'demo',
      settings: { name: 'demo', tags: { quote: `it's "so"` } },
      environment: { PATH: process.env.PATH, HOME: '/nowhere' },
      ...more,
    },
    called: async () => JSON.parse(await readFile(join(folder, 'called.json'), 'utf8')),
  };
}
interface Called {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const DEPLOYS = `console.log('demo | 1/3 | 12:00:00 PM | CREATE_COMPLETE      | AWS::S3::Bucket | Rag/Data/Bucket');
console.log('something else');
console.log('demo |   2 | 12:00:01 PM | CREATE_COMPLETE      | AWS::Lambda::Function | Rag/F');
fs.writeFileSync(after('--outputs-file'), JSON.stringify({ demo: { ApiUrl: 'https://a.example/v1' } }));`;

describe('cdk deploy', () => {
  it('passes app, settings and account to the CDK, disables prompts and usage reports, and returns the outputs', async () => {
    const { run: one, called } = await run(DEPLOYS, { region: 'eu-west-1', profile: 'work' });
    expect(await cdkDeploy(one)).toEqual({ ApiUrl: 'https://a.example/v1' });
    const { words, env, cwd } = await called();
    expect(words.slice(0, 2)).toEqual(['deploy', 'demo']);
    const value = (name: string) => words[words.indexOf(name) + 1];
    expect(value('--app')).toBe('node src/app.ts');
    expect(env.PATH?.split(':')[0]).toBe(dirname(process.execPath));
    // Settings may contain keys, so they are not passed as arguments, which other users can read.
    expect(JSON.parse(env.SRAG_DEPLOYMENT!)).toEqual(one.settings);
    expect(words.join(' ')).not.toContain('quote');
    expect(value('--require-approval')).toBe('never');
    expect(value('--profile')).toBe('work');
    expect(words).toEqual(expect.arrayContaining(['--no-notices', '--no-version-reporting', '--ci']));
    expect(env).toMatchObject({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1', HOME: '/nowhere' });
    expect(cwd).toBe(one.infra.folder);
  });

  it('reports CloudFormation progress, even without a total', async () => {
    const progress: CdkProgress[] = [];
    const lines: string[] = [];
    const { run: one } = await run(DEPLOYS, {
      onProgress: (now) => progress.push(now),
      onLine: (line) => lines.push(line),
    });
    await cdkDeploy(one);
    expect(progress).toEqual([
      { done: 1, total: 3, detail: 'CREATE_COMPLETE AWS::S3::Bucket' },
      { done: 2, total: 0, detail: 'CREATE_COMPLETE AWS::Lambda::Function' },
    ]);
    expect(lines).toEqual(['something else']);
  });

  it.each([
    [
      'an error of the app',
      `InfraError: Function 'retrieve': its bundle is 1.50 MB, over the budget of 1 MB.\n\nSubprocess exited with error 1`,
      'INVALID_CONFIG',
      /^Function 'retrieve': its bundle is 1\.50 MB/,
      /build/,
    ],
    [
      'an account that is not bootstrapped',
      'demo: SSM parameter /cdk-bootstrap/hnb659fds/version not found. Has the environment been bootstrapped?',
      'ACCOUNT_NOT_READY',
      /cdk deploy ended with 1: .*not found/,
      /srag deploy --bootstrap/,
    ],
    [
      'missing credentials',
      'Unable to resolve AWS account to use. It must be either configured',
      'CREDENTIALS_MISSING',
      /AWS account/,
      /aws sso login/,
    ],
    [
      'credentials without the required permission',
      'AccessDenied: User: ada is not authorized to perform: cloudformation:CreateStack',
      'ACCESS_DENIED',
      /CreateStack/,
      /Grant/,
    ],
    [
      'too little concurrency',
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].`,
      'ACCOUNT_NOT_READY',
      /UnreservedConcurrentExecution/,
      /unreserved/,
    ],
    [
      'a stack that failed',
      '❌  demo failed: Error: The stack named demo failed creation: ROLLBACK_COMPLETE',
      'DEPLOYMENT_FAILED',
      /ROLLBACK_COMPLETE/,
      /CloudFormation/,
    ],
  ])('maps %s to its error', async (_, stderr, code, message, remedy) => {
    const { run: one } = await run(`console.error(${JSON.stringify(stderr)}); process.exit(1);`);
    await expect(cdkDeploy(one)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('fails with CANCELLED when it is cancelled', async () => {
    const abort = new AbortController();
    const { run: one } = await run(`console.log('started'); setInterval(() => {}, 1000);`, {
      signal: abort.signal,
      onLine: () => abort.abort(),
    });
    await expect(cdkDeploy(one)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('fails with DEPLOYMENT_FAILED if it cannot be started', async () => {
    const { run: one } = await run('');
    const gone = { ...one, infra: { ...one.infra, folder: '/no/such/folder' } };
    await expect(cdkDeploy(gone)).rejects.toMatchObject({
      code: 'DEPLOYMENT_FAILED',
      message: /could not be started/,
    });
  });
});

describe('other cdk commands', () => {
  it.each([
    ['Stack demo\nThere were no differences\n\n✨  Number of stacks with differences: 0', false],
    ['Stack demo\n[+] AWS::SQS::Queue Q\n\n✨  Number of stacks with differences: 1', true],
  ])('diff reports whether there are changes', async (text, hasChanges) => {
    const { run: one, called } = await run(`console.log(${JSON.stringify(text)});`);
    expect(await cdkDiff(one)).toEqual({ hasChanges, text });
    expect((await called()).words.slice(0, 2)).toEqual(['diff', 'demo']);
  });

  it('destroy does not ask for confirmation, because srag has already asked', async () => {
    const { run: one, called } = await run('');
    await cdkDestroy(one);
    expect((await called()).words.slice(0, 3)).toEqual(['destroy', 'demo', '--force']);
  });

  it('bootstrap uses the selected region', async () => {
    const { run: one, called } = await run('', { region: 'eu-west-1' });
    await cdkBootstrap(one);
    const { words, env } = await called();
    expect(words[0]).toBe('bootstrap');
    expect(env.AWS_REGION).toBe('eu-west-1');
  });
});
