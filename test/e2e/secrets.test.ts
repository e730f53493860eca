import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';

const SECRET = 'hunter2-S3CR3T';

describe('secrets on the command line', () => {
  let project: CliProject;
  beforeAll(async () => {
    project = await CliProject.open();
  });
  afterAll(() => project?.remove());

  it('are masked in the settings that srag config prints', async () => {
    await project.write(
      'srag.config.json',
      JSON.stringify({
        s3: { endpoint: `https://user:${SECRET}@s3.example` },
        embedderSettings: {
          baseUrl: `https://${SECRET}@host/v1`,
          headers: { 'x-team': SECRET },
          apiKey: SECRET,
        },
        deploy: { auth: { kind: 'jwt', issuer: `https://u:${SECRET}@id.example`, audience: 'srag' } },
      }),
    );
    for (const words of [['config'], ['config', '--json']]) {
      const run = await project.run(words, { env: { SRAG_GENERATOR_SETTINGS: `{"token": "${SECRET}"}` } });
      expect(run.exitCode).toBe(0);
      expect(run.stdout).toContain('(hidden)');
      expect(run.stdout + run.stderr).not.toMatch(/hunter2|S3CR3T/);
    }
    await project.write('srag.config.json', '{}');
  });

  it.each([
    ['a configuration that is not JSON', `${SECRET}`, [], {}],
    ['one that is cut short', `{"generatorSettings": {"apiKey": ${SECRET}`, [], {}],
    ['settings of the wrong type', JSON.stringify({ generatorSettings: `{"apiKey": "${SECRET}"}` }), [], {}],
    [
      'an address that is none',
      JSON.stringify({ s3: { endpoint: `https://u:${SECRET}/x@host:port` } }),
      [],
      {},
    ],
    ['a variable that is no JSON', '{}', [], { SRAG_EMBEDDER_SETTINGS: `{"apiKey": ${SECRET}}` }],
    ['an option that is no JSON', '{}', ['--embedder-settings', `{"apiKey": ${SECRET}}`], {}],
    ['an option that does not exist', '{}', [`--api-key=${SECRET}`], {}],
    ['a location that cannot be reached', '{}', ['--location', `ftp://u:${SECRET}@host/p`], {}],
  ])('are not in the error about %s', async (_, config, words, env) => {
    await project.write('srag.config.json', config);
    const run = await project.run(['config', '--json', ...words], {
      env: env as Record<string, string>,
    });
    expect(run.stdout + run.stderr).not.toMatch(/hunter2|S3CR3T/);
    expect(run.exitCode).not.toBe(0);
    await project.write('srag.config.json', '{}');
  });
});
