import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
/** Runs the installed srag; npx must not download it. */
const NPX = ['npx', '--no', 'srag'] as const;
const QUESTION = 'How much is paid for a hotel night?';

/** The environment with this test's Node first in PATH, without variables of the parent npm, srag or AWS. */
const environment = (folder: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|SRAG_|AWS_|INIT_CWD|NODE_OPTIONS|VITEST)/.test(name),
    ),
  ),
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: folder,
  npm_config_cache: execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim(),
  npm_config_userconfig: execFileSync('npm', ['config', 'get', 'userconfig'], { encoding: 'utf8' }).trim(),
  NO_COLOR: '1',
});

describe('the packed package, installed in an empty folder', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const srag = (words: readonly string[]) =>
    spawnSync(NPX[0], [...NPX.slice(1), ...words], { cwd: folder, env, encoding: 'utf8' });
  const json = (words: readonly string[]) => {
    const { status, stdout, stderr } = srag([...words, '--json']);
    if (status !== 0) throw new Error(`srag ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return JSON.parse(stdout);
  };
  /** Runs a line of the documentation. */
  const shell = (line: string): void => {
    const { status, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${line} ended with ${status}:\n${stderr}`);
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'srag-packed-'));
    env = environment(folder);
    const words = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
    execFileSync('npm', words, { cwd: ROOT, env });
    const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    mkdirSync(join(folder, 'project'));
    folder = join(folder, 'project');
    shell(`npm install --prefer-offline --no-audit --no-fund ../${tarball}`);
    cpSync(join(ROOT, 'docs', 'examples', 'handbook'), join(folder, 'handbook'), { recursive: true });
  }, 180_000);
  afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }));

  it('names LanceDB if it is missing, with a command that installs it', () => {
    const missing = srag(['ingest', 'handbook', '--json']);
    const { error } = JSON.parse(missing.stdout);
    expect(error).toMatchObject({ code: 'MISSING_PACKAGE' });
    expect(error.remedy).toBe('npm install @lancedb/lancedb@0.39 apache-arrow@18');
    expect(readdirSync(folder)).not.toContain('.srag');
    shell(`${error.remedy} --prefer-offline --no-audit --no-fund`);
  }, 300_000);

  it('ingests, answers and searches', () => {
    expect(json(['ingest', 'handbook/'])).toMatchObject({
      documents: { added: 3 },
      index: { kind: 'snapshot' },
    });
    const { answer, citations } = json(['ask', QUESTION]);
    expect(answer).toContain('140 euros. [1]');
    expect(citations[0].documentId).toBe('handbook/expenses.md');
    expect(json(['search', 'unused leave', '--top-k', '2']).hits[0].documentId).toBe('handbook/leave.md');
  }, 60_000);

  it('serves the page, and streams answers from the ingested documents', async () => {
    const server = spawn(NPX[0], [...NPX.slice(1), 'serve', '--port', '0'], {
      cwd: folder,
      env,
      detached: true,
    });
    const ended = once(server, 'exit');
    try {
      const url = await new Promise<string>((resolve, reject) => {
        createInterface({ input: server.stderr }).on('line', (line) => {
          const found = /Listening on (\S+)/.exec(line)?.[1];
          if (found !== undefined) resolve(found);
        });
        ended.then(() => reject(new Error('srag serve ended.')), reject);
      });
      const response = await fetch(`${url}/query/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: QUESTION }),
      });
      expect(await response.text()).toMatch(
        /event: hits[\s\S]*event: token[\s\S]*event: done\ndata: .*140 euros/,
      );
      const page = await fetch(url, { headers: { accept: 'text/html' } });
      expect(await page.text()).toContain('<form id="form">');
    } finally {
      process.kill(-server.pid!, 'SIGINT');
      await ended;
    }
  }, 60_000);

  it('works as a library, from ES modules and with types', () => {
    shell(
      `node --input-type=module -e "import { openWorkspace, VERSION } from 'srag'; const w = await openWorkspace({ location: '.srag' }); const s = await w.collection(); if (s.name !== 'default' || !VERSION) process.exit(1); await w.close();"`,
    );
  }, 60_000);
});
