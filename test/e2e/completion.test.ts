import { execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('completion', () => {
  let project: CliProject;
  let version: string;
  const of = async (...words: string[]): Promise<string[]> =>
    (await project.run(['__complete', ...words])).stdout.split('\n').filter((word) => word !== '');

  beforeAll(async () => {
    project = await CliProject.open();
    await writeHandbook(project);
    await project.json(['ingest', 'docs', '--location', 'place', '--collection', 'handbook']);
    await project.json(['ingest', 'docs', '--location', 'place', '--collection', 'hints', '--no-index']);
    const words = ['index', 'list', '--location', 'place', '--collection', 'handbook'];
    version = (await project.json(words)).versions[0].version;
  });
  afterAll(() => project.remove());

  it('completes commands, subcommands and options', async () => {
    expect(await of('ind')).toEqual(['index']);
    expect(await of('index', 'b')).toEqual(['build']);
    expect(await of('index', 'build', 'snapshot', '--no-p')).toEqual(['--no-publish']);
    expect(await of('--location', 'x', 'ser')).toEqual(['serve']);
  });

  it('completes index kinds, modes, metrics and the names of embedders, generators and rerankers', async () => {
    expect(await of('index', 'build', 'lancedb-ivf-hnsw')).toEqual([
      ...['lancedb-ivf-hnsw-sq', 'lancedb-ivf-hnsw-pq'],
    ]);
    expect(await of('compare', 'q.jsonl', '--kinds', 'lancedb-flat,sn')).toEqual(['lancedb-flat,snapshot']);
    expect(await of('search', 'x', '--mode', '')).toEqual(['auto', 'lexical', 'vector', 'hybrid']);
    expect(await of('search', 'x', '--mode=h')).toEqual(['--mode=hybrid']);
    expect(await of('ingest', 'docs', '--metric', '')).toEqual(['cosine', 'dot']);
    expect(await of('ingest', 'docs', '--embedder', 'b')).toEqual(['bedrock-titan']);
    expect(await of('ask', 'x', '--generator', 'e')).toEqual(['extractive']);
    expect(await of('ask', 'x', '--reranker', 'm')).toEqual(['mmr']);
    expect(await of('serve', '--engine', '')).toEqual(['snapshot', 'lancedb']);
    expect(await of('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('completes the collections of the selected location', async () => {
    expect(await of('search', 'x', '--location', 'place', '--collection', '')).toEqual(['handbook', 'hints']);
    expect(await of('collection', 'delete', '--location=place', 'hi')).toEqual(['hints']);
    expect(await of('collection', 'delete', '')).toEqual([]);
  });

  it('completes the index versions of the selected collection', async () => {
    const line = ['--location', 'place', '--collection', 'handbook'];
    expect(await of('index', 'publish', ...line, version.slice(0, 4))).toEqual([version]);
    expect(await of('ask', 'x', ...line, '--index', 'snapshot@')).toEqual([`snapshot@${version}`]);
    expect(await of('index', 'stats', '--location', 'place', '--collection', 'hints', 'snapshot@')).toEqual(
      [],
    );
  });

  it('completes nothing where file names are expected, or if nothing can be read', async () => {
    expect(await of('ingest', 'do')).toEqual([]);
    expect(await of('search', '--config', 'missing.json', '--collection', '')).toEqual([]);
  });

  it('completes words that contain @ in the bash script', async () => {
    const { stdout } = await project.run(['completion', 'bash']);
    await project.write('completion.sh', stdout);
    await writeFile(join(project.folder, 'srag'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
    await chmod(join(project.folder, 'srag'), 0o755);
    const line = `srag ask x --location place --collection handbook --index snapshot@${version.slice(0, 4)}`;
    const script = `source completion.sh; COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _srag; echo "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${project.folder}:${process.env.PATH}` };
    const reply = execFileSync('bash', ['-c', script], { cwd: project.folder, env, encoding: 'utf8' });
    expect(reply.trim()).toBe(`snapshot@${version}`);
    const breaks = execFileSync('bash', ['-c', 'source completion.sh; echo "$COMP_WORDBREAKS"'], {
      cwd: project.folder,
      encoding: 'utf8',
    });
    expect(breaks).not.toMatch(/[@=]/);
  });

  it('refuses an unknown shell', async () => {
    expect(await project.run(['completion', 'tcsh'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('bash, zsh or fish'),
    });
  });
});
