import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatLocation } from '../../src/io/storage/index.ts';
import { type CliProject, temporaryProject } from '../support/cli.ts';
import { corpusContent } from '../support/corpus-content.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { writeSampleFolder } from '../support/sample-folder.ts';
import { freshS3Place, testS3 } from './environment.ts';

/** Number of non-read requests with which an ingest tests whether a server supports conditions. */
const PROBE_WRITES = 5;
const SLOW_DOWN = { status: 503, code: 'SlowDown' };

async function projectOf(files: number): Promise<CliProject> {
  const project = await temporaryProject();
  await writeSampleFolder(join(project.folder, 'docs'), files, 7);
  return project;
}

function environment(endpoint = testS3().endpoint, secret = testS3().credentials.secretAccessKey) {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: testS3().region,
    AWS_ACCESS_KEY_ID: testS3().credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
  };
}

describe('srag at a faulty S3 location', () => {
  it.each([
    ['ingest', 'docs'],
    ['search', 'words'],
    ['index', 'list'],
  ])('reports a missing bucket: %s %s', async (...words) => {
    const project = await projectOf(2);
    const run = await project.run([...words, '--location', 's3://srag-no-such-bucket/a', '--json'], {
      env: environment(),
    });
    expect(run.json.error).toMatchObject({
      code: 'BUCKET_MISSING',
      message: expect.stringContaining('srag-no-such-bucket'),
      remedy: expect.stringMatching(/./),
    });
    expect(run.exitCode).toBe(1);
  });

  it('reports that wrong credentials are refused', async () => {
    const project = await projectOf(2);
    const location = formatLocation((await freshS3Place()).location);
    const run = await project.run(['ingest', 'docs', '--location', location, '--json'], {
      env: environment(undefined, 'wrong'),
    });
    expect(run).toMatchObject({
      exitCode: 1,
      json: { error: { code: 'ACCESS_DENIED', remedy: expect.stringMatching(/./) } },
    });
  });

  async function proxied(): Promise<{ proxy: FaultProxy; place: Awaited<ReturnType<typeof freshS3Place>> }> {
    const proxy = await startFaultProxy(testS3().endpoint);
    onTestFinished(() => proxy.stop());
    return { proxy, place: await freshS3Place() };
  }

  it('retries occasional failures, tolerates delays, and succeeds', async () => {
    const project = await projectOf(20);
    const { proxy, place } = await proxied();
    let failed = 0;
    proxy.decide = ({ number }) => {
      if (number % 7 === 3) failed += 1;
      return number % 7 === 3 ? SLOW_DOWN : number % 5 === 0 ? { delayMs: 50 } : 'pass';
    };
    const words = ['--location', formatLocation(place.location), '--json'];
    const env = environment(proxy.url);
    const run = await project.run(['ingest', 'docs', ...words], { env });
    expect(run).toMatchObject({ exitCode: 0, json: { documents: { added: 40, failed: 0 } } });
    expect((await project.run(['index', 'build', 'lancedb-flat', ...words], { env })).exitCode).toBe(0);
    const found = await project.run(['search', 'storage', ...words], { env });
    expect(found.json.hits.length).toBeGreaterThan(0);
    expect(failed).toBeGreaterThan(5);
  });

  it('reports an error if S3 fails permanently during an ingest, and the next run completes the corpus', async () => {
    const project = await projectOf(20);
    const { proxy, place } = await proxied();
    const words = ['ingest', 'docs', '--location', formatLocation(place.location), '--json'];
    const env = environment(proxy.url);
    let writes = 0;
    // The first writes succeed (the test of conditions, the settings and the empty table); all later ones
    // fail.
    proxy.decide = ({ method }) =>
      method !== 'GET' && method !== 'HEAD' && ++writes > PROBE_WRITES + 4 ? SLOW_DOWN : 'pass';
    const run = await project.run(words, { env });
    expect(run.json.error).toMatchObject({
      code: expect.stringMatching(/^(STORAGE_UNAVAILABLE|THROTTLED)$/),
      remedy: expect.stringMatching(/again/),
    });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).not.toMatch(/\n\s+at /);

    proxy.decide = () => 'pass';
    const listed = await project.json(['collection', 'list', ...words.slice(2, 4)], { env });
    expect(listed.collections).toMatchObject([{ name: 'default' }]);
    expect(await project.run(words, { env })).toMatchObject({
      exitCode: 0,
      json: { documents: { failed: 0 } },
    });
    const whole = await freshS3Place();
    const elsewhere = ['ingest', 'docs', '--location', formatLocation(whole.location)];
    await project.json(elsewhere, { env: environment() });
    expect(await corpusContent(place)).toEqual(await corpusContent(whole));
  });
});

/** Mounts a file system of a fixed size if this user may; returns whether it did. */
function canMount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('srag on a disk that fills up', () => {
  it('reports the full disk, and can still open the store', async ({ skip }) => {
    const project = await projectOf(150);
    const disk = join(project.folder, 'disk');
    await mkdir(disk);
    if (!canMount(disk)) return skip('this user may not mount a small file system');
    onTestFinished(() => void execFileSync('umount', [disk]));
    const run = await project.run(['ingest', 'docs', '--location', 'disk/store', '--json']);
    expect(run.json.error).toMatchObject({
      code: 'DISK_FULL',
      remedy: expect.stringMatching(/Free some space/),
    });
    expect(run.exitCode).toBe(1);
    const few = await project.run(['collection', 'list', '--location', 'disk/store', '--json']);
    expect(few).toMatchObject({ exitCode: 0, json: { collections: [{ name: 'default', documents: 0 }] } });
  });
});
