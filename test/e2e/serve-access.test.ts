import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { rawHttp } from '../support/raw-http.ts';
import { serve } from '../support/served.ts';

const KEY = 'a-key-that-nobody-guesses';
const MODES = [
  ['in functions', [] as string[]],
  ['in this process', ['--in-process']],
] as const;

let project: CliProject;
beforeAll(async () => {
  project = await CliProject.open();
  await writeHandbook(project);
  await project.json(['ingest', 'docs']);
  await project.json(['index', 'build', 'snapshot']);
  await project.write('keys.txt', `${KEY}\nanother-key\n`);
});
afterAll(() => project?.remove());

/** Command lines of all processes, which every user of the machine can read. */
const commandLines = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return [];
      }
    });

describe.each(MODES)('srag serve %s', (_, mode) => {
  it('accepts the API keys in a file, and hides them from other users', async () => {
    const served = await serve(project, [
      ...mode,
      '--api-key-file',
      'keys.txt',
      '--allow-host',
      'srag.example',
    ]);
    try {
      const status = async (headers: Record<string, string>): Promise<number> =>
        (await rawHttp(served.url, 'GET', '/retrieve?q=leave', headers)).status;
      expect(await status({ 'x-api-key': KEY })).toBe(200);
      expect(await status({ 'x-api-key': 'another-key', host: 'srag.example' })).toBe(200);
      for (const key of ['wrong', '', 'undefined', 'null'])
        expect(await status({ 'x-api-key': key })).toBe(403);
      expect(await status({})).toBe(403);
      expect(await status({ 'x-api-key': KEY, host: 'evil.example' })).toBe(403);
      expect(await status({ 'x-api-key': KEY, origin: 'https://evil.example' })).toBe(403);
      expect(commandLines().filter((line) => line.includes(KEY))).toEqual([]);
      expect(served.said()).toContain('x-api-key');
      expect(served.said()).not.toContain(KEY);
      // The client uses the same file.
      const asked = ['search', 'leave', '--remote-url', served.url, '--json'];
      expect((await project.run([...asked, '--api-key-file', 'keys.txt'])).json.hits.length).toBeGreaterThan(
        0,
      );
      expect((await project.run(asked)).exitCode).not.toBe(0);
    } finally {
      await served.end();
    }
  });

  it.each([
    ['a server for the network without a key', ['--host', '0.0.0.0'], {}, /without a key[\s\S]*--insecure/],
    ['one on all IPv6 addresses', ['--host', '::'], {}, /without a key/],
    ['an empty key', [], { SRAG_API_KEY: '' }, /SRAG_API_KEY is empty/],
    ['a blank key', [], { SRAG_API_KEY: ' \n' }, /SRAG_API_KEY is empty/],
    ['the key "undefined"', [], { SRAG_API_KEY: 'undefined' }, /the word 'undefined'/],
    ['the key "null"', ['--host', '0.0.0.0'], { SRAG_API_KEY: 'NULL' }, /the word 'NULL'/],
    ['a key with a space', [], { SRAG_API_KEY: 'two words' }, /contains a space/],
    ['an empty file of keys', ['--api-key-file', 'empty.txt'], {}, /Line 1 of .*empty\.txt is empty/],
    ['a file that is missing', ['--api-key-file', 'missing.txt'], {}, /cannot be read \(ENOENT\)/],
    ['a key on the command line', ['--api-key', KEY], {}, /unknown option '--api-key'/],
  ])('refuses %s', async (what, words, env, message) => {
    await project.write('empty.txt', '\n');
    const run = await project.run(['serve', ...mode, '--port', '0', ...words], {
      env: env as Record<string, string>,
    });
    expect(run).toMatchObject({
      exitCode: what === 'a file that is missing' ? 1 : 2,
      stderr: expect.stringMatching(message),
    });
    expect(run.stderr).not.toContain('two words');
  });

  it('listens on the network without a key if --insecure is given, and refuses foreign Host headers on loopback', async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === 'IPv4' && !each.internal)?.address;
    const served = await serve(project, [...mode, '--host', '0.0.0.0', '--insecure']);
    try {
      const { port } = new URL(served.url);
      const status = async (host: string): Promise<number> =>
        (await rawHttp(`http://127.0.0.1:${port}`, 'GET', '/health', { host })).status;
      expect(await status('localhost')).toBe(200);
      expect(await status('evil.example')).toBe(403);
      if (address !== undefined) {
        const { status: byAddress } = await rawHttp(`http://${address}:${port}`, 'GET', '/health');
        expect(byAddress).toBe(200);
        expect(await status(address)).toBe(403);
      }
    } finally {
      await served.end();
    }
  });
});
