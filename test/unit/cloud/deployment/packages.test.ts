import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkBundles, findInfra } from '../../../../src/cloud/deployment/index.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

async function folderWith(...paths: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path.endsWith('.json') ? '{}' : '');
  }
  return folder;
}

describe('the infra package', () => {
  const CDK = 'node_modules/aws-cdk/package.json';

  it('is run from its source in a checkout', async () => {
    const root = await folderWith('infra/src/app.ts', 'infra/dist/app.js', `infra/${CDK}`);
    expect(findInfra({ cwd: '/', root, runsTypeScript: true })).toEqual({
      folder: join(root, 'infra'),
      app: join(root, 'infra', 'src', 'app.ts'),
      cdk: join(root, 'infra', 'node_modules', 'aws-cdk', 'bin', 'cdk'),
    });
  });

  it('is run from its compiled code in a checkout if Node does not run TypeScript', async () => {
    const root = await folderWith('infra/src/app.ts', `infra/${CDK}`);
    const places = { cwd: '/', root, runsTypeScript: false };
    expect(() => findInfra(places)).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED',
        remedy: expect.stringContaining('npm run infra:build'),
      }),
    );
    await mkdir(join(root, 'infra', 'dist'));
    await writeFile(join(root, 'infra', 'dist', 'app.js'), '');
    expect(findInfra(places).app).toBe(join(root, 'infra', 'dist', 'app.js'));
  });

  it('is otherwise the package installed in the project', async () => {
    const cwd = await folderWith('node_modules/srag-infra/package.json', CDK);
    const root = await folderWith('package.json');
    expect(findInfra({ cwd, root })).toMatchObject({
      app: join(cwd, 'node_modules', 'srag-infra', 'dist', 'app.js'),
      cdk: join(cwd, 'node_modules', 'aws-cdk', 'bin', 'cdk'),
    });
  });

  it('causes an error with the command that installs it if it is missing', async () => {
    const [cwd, root] = [await folderWith('package.json'), await folderWith('package.json')];
    expect(() => findInfra({ cwd, root })).toThrow(
      expect.objectContaining({
        code: 'MISSING_PACKAGE',
        remedy: 'npm install --save-dev srag-infra',
        fields: { package: 'srag-infra' },
      }),
    );
    const checkout = await folderWith('infra/src/app.ts');
    expect(() => findInfra({ cwd, root: checkout, runsTypeScript: true })).toThrow(
      expect.objectContaining({
        code: 'MISSING_PACKAGE',
        remedy: 'npm run infra:install',
        fields: { package: 'aws-cdk' },
      }),
    );
  });
});

describe('bundles', () => {
  const MANIFEST = JSON.stringify({
    functions: [
      { name: 'retrieve', asset: 'retrieve' },
      { name: 'ingest', asset: 'lancedb' },
    ],
  });
  async function build(...folders: string[]): Promise<string> {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'functions.json'), MANIFEST);
    for (const name of folders) await mkdir(join(folder, name));
    return folder;
  }
  const missing = (message: RegExp, remedy: RegExp) =>
    expect.objectContaining({
      code: 'BUNDLE_MISSING',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });

  it('pass the check if they are complete', async () => {
    checkBundles(await build('retrieve', 'lancedb'), { engine: 'snapshot', ingest: true });
    checkBundles(await build('retrieve'), { engine: 'snapshot', ingest: false });
    const heavy = await build('lancedb');
    await writeFile(join(heavy, 'lancedb', 'retrieve.mjs'), '');
    checkBundles(heavy, { engine: 'lancedb', ingest: true });
  });

  it('cause an error with the command that builds them if they are missing', async () => {
    const folder = await temporaryFolder();
    expect(() => checkBundles(folder, { engine: 'snapshot', ingest: false })).toThrow(
      missing(/functions\.json is not built/, /^Build it: npm run build\.$/),
    );
    const light = await build('retrieve');
    expect(() => checkBundles(light, { engine: 'snapshot', ingest: true })).toThrow(
      missing(/LanceDB bundle/, /^Build it: npm run build:lancedb\. Or .*--no-ingest\.$/),
    );
    expect(() => checkBundles(light, { engine: 'lancedb', ingest: false })).toThrow(
      missing(/LanceDB bundle/, /^Build it: npm run build:lancedb\.$/),
    );
    const heavy = await build('lancedb');
    expect(() => checkBundles(heavy, { engine: 'snapshot', ingest: true })).toThrow(
      missing(/'retrieve'/, /^Build it: npm run build\.$/),
    );
  });
});
