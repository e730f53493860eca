import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';

/** The user that runs srag if the tests run as root, because root can read every folder. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

describe('a location with damaged and foreign folders', () => {
  let project: CliProject;
  let location: string;

  beforeAll(async () => {
    project = await CliProject.open();
    await chmod(project.folder, 0o755);
    location = join(project.folder, '.srag');
    await project.write('docs/a.md', '# Latency\n\nThe latency is 5 ms.\n');
    const names = [
      'good',
      'no-settings',
      'bad-settings',
      'folder-as-settings',
      'fifo-as-settings',
      'no-versions',
      'bad-pointer',
      'closed',
    ];
    for (const name of names) await project.json(['ingest', 'docs', '--collection', name, '--no-index']);
    await rm(join(location, 'no-settings/collection.json'));
    await writeFile(join(location, 'bad-settings/collection.json'), '{"formatVersion": 1, "na');
    await rm(join(location, 'folder-as-settings/collection.json'));
    await mkdir(join(location, 'folder-as-settings/collection.json'));
    await rm(join(location, 'fifo-as-settings/collection.json'));
    execFileSync('mkfifo', [join(location, 'fifo-as-settings/collection.json')]);
    await rm(join(location, 'no-versions/corpus/chunks.lance/_versions'), { recursive: true });
    await mkdir(join(location, 'bad-pointer/indexes'));
    await writeFile(join(location, 'bad-pointer/indexes/published.json'), 'null');
    await chmod(join(location, 'closed'), 0o000);
    await writeFile(join(location, 'a-file'), 'x');
    await project.write('.srag/foreign/notes.txt', 'of another tool');
    await project.write('.srag/foreign/node_modules/x/index.js', '');
    await project.write('.srag/Upper/collection.json', '{}');
    await mkdir(join(location, 'empty'));
  });
  afterAll(async () => {
    await chmod(join(location, 'closed'), 0o755).catch(() => undefined);
    await project.remove();
  });

  const codes = (problems: readonly { name: string; code: string }[]) =>
    Object.fromEntries(problems.map(({ name, code }) => [name, code]));

  it('is listed with an error for each damaged folder; the command exits with code 3', async () => {
    const run = await project.run(['collection', 'list', '--json'], asNobody());
    expect(run.exitCode).toBe(3);
    expect(run.json.collections).toMatchObject([{ name: 'good', documents: 1 }]);
    expect(codes(run.json.problems)).toEqual({
      'no-settings': 'DAMAGED_STORE',
      'bad-settings': 'DAMAGED_STORE',
      'folder-as-settings': 'DAMAGED_STORE',
      'fifo-as-settings': 'DAMAGED_STORE',
      'no-versions': 'DAMAGED_STORE',
      'bad-pointer': 'DAMAGED_STORE',
      closed: 'ACCESS_DENIED',
    });
    for (const { remedy } of run.json.problems) expect(remedy).toMatch(/\w+ .+\.$/);
    const { exitCode, stdout, stderr } = await project.run(['collection', 'list'], asNobody());
    expect(exitCode).toBe(3);
    expect(stdout).toContain('good');
    expect(stderr).toContain('no-versions: DAMAGED_STORE');
  });

  it('is checked by srag doctor, which prints the remedy', async () => {
    const run = await project.run(['doctor', '--json'], asNobody());
    expect(run.exitCode).toBe(1);
    const checks: { name: string; status: string; remedy?: string }[] = run.json.checks;
    const status = (name: string) => checks.find((each) => each.name === `collection ${name}`)?.status;
    expect(status('good')).toBe('warning');
    for (const name of ['no-settings', 'bad-settings', 'no-versions', 'bad-pointer', 'closed'])
      expect(status(name)).toBe('failed');
    for (const each of checks) if (each.status === 'failed') expect(each.remedy).toMatch(/\w/);
  });

  it('allows deleting damaged collections, but not foreign folders', async () => {
    const foreign = await project.run(['collection', 'delete', 'foreign', '--yes', '--json']);
    expect(foreign.exitCode).toBe(2);
    expect(foreign.json.error.code).toBe('UNKNOWN_COLLECTION');
    for (const name of ['no-settings', 'bad-settings', 'no-versions', 'bad-pointer'])
      await project.json(['collection', 'delete', name, '--yes']);
    const names = await readdir(location);
    expect(names).toContain('foreign');
    expect(names).not.toContain('no-versions');
    await project.json(['ingest', 'docs', '--collection', 'no-versions', '--no-index']);
  });

  /** Runs srag as another user if the tests run as root, who could read inaccessible folders. */
  function asNobody() {
    return isRoot ? { uid: NOBODY } : {};
  }
});
