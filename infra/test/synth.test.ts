import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFolder } from './support/build.ts';

const INFRA = fileURLToPath(new URL('..', import.meta.url));
const CDK = join(INFRA, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** A proxy for all outgoing traffic; it counts the connections and closes them. */
const proxy = createServer((socket) => {
  connections++;
  socket.destroy();
});
let connections = 0;
let proxyUrl: string;
beforeAll(async () => {
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  proxyUrl = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
});
afterAll(() => void proxy.close());

/** Runs the pinned CDK without network, credentials, home folder or Docker. */
function synth(app: string, context: string) {
  const folder = mkdtempSync(join(tmpdir(), 'synth-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  // This fake docker creates a file when it is called.
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\ntouch ${join(folder, 'docker-was-asked')}\nexit 1\n`);
  chmodSync(join(bin, 'docker'), 0o755);
  const words = ['synth', '--app', `node ${app}`, '--output', join(folder, 'out'), '--quiet'];
  const run = spawnSync(
    process.execPath,
    [CDK, ...words, '--no-notices', '--no-version-reporting', '--context', `deployment=${context}`],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: `${bin}:/usr/bin:/bin`,
        HOME: folder,
        TMPDIR: folder,
        HTTPS_PROXY: proxyUrl,
        HTTP_PROXY: proxyUrl,
        AWS_EC2_METADATA_DISABLED: 'true',
        CI: 'true',
      },
    },
  );
  return {
    ...run,
    folder,
    out: join(folder, 'out'),
    askedDocker: existsSync(join(folder, 'docker-was-asked')),
  };
}

const settings = (more: object = {}): string =>
  JSON.stringify({ name: 'demo', functions: buildFolder(), ...more });
const SOURCE = join(INFRA, 'src', 'app.ts');

describe('cdk synth', () => {
  it('works offline, without Docker, credentials and account, and writes a template with its assets', () => {
    const run = synth(
      SOURCE,
      settings({
        auth: { kind: 'jwt', issuer: 'https://id.example', audience: 'srag' },
        waf: true,
        kms: true,
        cache: 'dynamodb',
      }),
    );
    expect(run.stderr).not.toMatch(/error/i);
    expect(run.status).toBe(0);
    const template = JSON.parse(readFileSync(join(run.out, 'demo.template.json'), 'utf8'));
    expect(Object.keys(template.Resources).length).toBeGreaterThan(80);
    const assets = JSON.parse(readFileSync(join(run.out, 'demo.assets.json'), 'utf8'));
    for (const { source } of Object.values(assets.files) as { source: { path: string } }[])
      expect(existsSync(join(run.out, source.path))).toBe(true);
    expect(run.askedDocker).toBe(false);
    expect(connections).toBe(0);
  });

  it('writes an empty stack without built functions if the deployment is to be destroyed', () => {
    const run = synth(SOURCE, JSON.stringify({ name: 'demo', destroy: true }));
    expect(run.stderr).not.toMatch(/error/i);
    expect(run.status).toBe(0);
    expect(JSON.parse(readFileSync(join(run.out, 'demo.template.json'), 'utf8')).Resources ?? {}).toEqual({});
  });

  it('fails if a bundle is too large, and reports the function, its size and the budget', () => {
    const run = synth(
      SOURCE,
      JSON.stringify({ name: 'demo', functions: buildFolder({ 'retrieve/data.bin': 1_500_000 }) }),
    );
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(
      /InfraError: Function 'retrieve': its bundle .* is 1\.50 MB, over the budget of 1 MB/,
    );
  });

  it('fails without settings, and describes the required ones', () => {
    const run = synth(SOURCE, '{}');
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(`--context deployment='{"name": "demo"}'`);
  });

  it('fails if a finding of cdk-nag is not acknowledged', () => {
    const app = join(mkdtempSync(join(INFRA, 'node_modules', '.cache-test-')), 'app.mjs');
    writeFileSync(
      app,
      `import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
const app = new App();
new Bucket(new Stack(app, 'srag-demo'), 'Open');
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));`,
    );
    afterAll(() => void spawnSync('rm', ['-rf', dirname(app)]));
    const run = synth(app, '{}');
    expect(run.status).not.toBe(0);
    expect(run.stdout + run.stderr).toContain('AwsSolutions-S10');
  });
});

describe('the published package', () => {
  it('compiles, and its app and construct work from JavaScript', () => {
    const tsc = spawnSync(
      process.execPath,
      [
        join(INFRA, '..', 'node_modules', 'typescript', 'bin', 'tsc'),
        '-p',
        join(INFRA, 'tsconfig.build.json'),
      ],
      { encoding: 'utf8' },
    );
    expect(tsc.stdout).toBe('');
    const run = synth(
      join(INFRA, 'dist', 'app.js'),
      settings({ auth: { kind: 'jwt', issuer: 'https://id.example', audience: 'srag' } }),
    );
    expect(run.status).toBe(0);
    const user = synth(join(INFRA, 'examples', 'own-stack.ts'), '{}');
    expect(user.stderr).not.toMatch(/error/i);
    expect(user.status).toBe(0);
    const template = readFileSync(join(user.out, 'Handbook.template.json'), 'utf8');
    expect(JSON.parse(template).Resources).toBeDefined();
    expect(template).toContain('handbook-retrieve');
  });

  it('has its tested example in the guide', () => {
    const guide = readFileSync(join(INFRA, '..', 'docs', 'guide', 'deploy.md'), 'utf8');
    const example = readFileSync(join(INFRA, 'examples', 'own-stack.ts'), 'utf8');
    expect(guide).toContain(`<!-- checked: infra/examples/own-stack.ts -->\n\`\`\`ts\n${example}\`\`\``);
  });
});
