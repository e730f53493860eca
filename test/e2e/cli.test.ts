import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryProject } from '../support/cli.ts';

const run = promisify(execFile);

describe('srag config, init and doctor', () => {
  it('print the origin of each value: option over file over environment over default', async () => {
    const project = await temporaryProject();
    await project.write(
      'srag.config.ts',
      "export default { location: 'from-file', mode: 'lexical', embedder: 'none' };",
    );
    const env = {
      SRAG_COLLECTION: 'from-environment',
      SRAG_LOCATION: 'from-environment',
      SRAG_MODE: 'hybrid',
    };
    const { settings } = await project.json(['config', '--mode', 'vector'], { env });
    expect(settings).toMatchObject({
      location: { value: 'from-file', origin: expect.stringContaining('srag.config.ts') },
      collection: { value: 'from-environment', origin: 'environment SRAG_COLLECTION' },
      mode: { value: 'vector', origin: 'option' },
      reranker: { value: 'none', origin: 'default' },
    });
  });

  it('hide secrets in the output', async () => {
    const project = await temporaryProject();
    const words = [
      'config',
      '--embedder',
      'openai-compatible',
      '--embedder-settings',
      '{"apiKey": "s3cret"}',
    ];
    const { stdout } = await project.run(words);
    expect(stdout).toContain('(hidden)');
    expect(stdout).not.toContain('s3cret');
  });

  it('write a configuration that every command accepts, without overwriting one', async () => {
    const project = await temporaryProject();
    const { written } = await project.json(['init']);
    expect(written).toEqual(['srag.config.json', 'srag.config.schema.json', '.sragignore']);
    const { settings } = await project.json(['config']);
    expect(settings.exclude.origin).toContain('srag.config.json');
    expect(await project.run(['init', '--json'])).toMatchObject({
      exitCode: 2,
      json: { error: { message: expect.stringContaining('srag.config.json exists already') } },
    });
  });

  it('check the machine and the location', async () => {
    const project = await temporaryProject();
    const { ok, checks } = await project.json(['doctor']);
    expect(ok).toBe(true);
    expect(checks.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['node', 'lancedb', 'location', 'embedder', 'generator']),
    );
    const broken = await project.run(['doctor', '--embedder', 'hashin', '--json']);
    expect(broken.exitCode).toBe(1);
    expect(broken.json.checks).toContainEqual(
      expect.objectContaining({ name: 'embedder', status: 'failed', remedy: "Did you mean 'hashing'?" }),
    );
  });

  it('print help with examples, and the version', async () => {
    const project = await temporaryProject();
    const [help, version] = await Promise.all([
      project.run(['search', '--help']),
      project.run(['--version']),
    ]);
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Examples:') });
    expect(version).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('refuse a Node version that is too old, with a message of one sentence', async () => {
    const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    const older =
      "data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.11.1' })";
    const old = run(process.execPath, ['--no-warnings', '--import', older, cli, '--version']);
    const sentence =
      /^srag needs Node 22 or newer, and this is v[0-9.]+: install it, or run npm install node@24 in your project\.\n$/;
    await expect(old).rejects.toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
  });

  it('end quietly if the reader of a pipe disconnects', async () => {
    const project = await temporaryProject();
    const { child, ended } = project.start(['cost', '--help']);
    child.stdout!.destroy();
    expect(await ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('explain what serve does and does not model, for functions and services', async () => {
    const project = await temporaryProject();
    const { stdout } = await project.run(['serve', '--explain']);
    for (const about of ['Modelled:', 'Not modelled:', 'Not modelled of S3:', 'Not modelled of DynamoDB:'])
      expect(stdout).toContain(about);
    const { services } = await project.json(['serve', '--explain']);
    expect(services.map(({ name }: { name: string }) => name)).toContain('SQS');
  });
});
