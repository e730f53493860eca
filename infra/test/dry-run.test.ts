import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../../test/support/cli.ts';
import { writeBuild } from './support/build.ts';

describe('the preview of srag deploy --dry-run', () => {
  let project: CliProject;
  beforeAll(async () => {
    project = await CliProject.open();
    writeBuild(join(project.folder, 'build'));
    await project.write('srag.config.json', JSON.stringify({ deploy: { name: 'demo', functions: 'build' } }));
  });
  afterAll(() => project.remove());

  it('shows resources, permissions and prices, without credentials', async () => {
    const preview = await project.json(['deploy', '--dry-run', '--region', 'eu-west-1']);
    expect(preview).toMatchObject({ name: 'demo', dryRun: true, pricesOf: 'eu-west-1', notPriced: [] });
    expect(preview.resources).toMatchObject({ 'AWS::Lambda::Function': 6, 'AWS::S3::Bucket': 1 });
    expect(preview.permissions['demo-ingest']).toEqual(
      expect.arrayContaining(['s3:DeleteObject', 's3:GetObject', 's3:PutObject']),
    );
    expect(preview.permissions['demo-retrieve']).not.toContain('s3:PutObject');
    const [idle, busy] = preview.months;
    expect(idle).toMatchObject({ requests: 0 });
    expect(idle.totalUsd).toBeGreaterThan(1);
    expect(busy.totalUsd).toBeGreaterThan(idle.totalUsd);
    const models = await project.json([
      ...['deploy', '--dry-run', '--reranker', 'bedrock', '--generator', 'openai-compatible'],
      ...['--generator-settings', '{"baseUrl": "https://models.example/v1", "model": "m"}'],
    ]);
    expect(models.months[1].totalUsd).toBeGreaterThan(busy.totalUsd + 100);
    expect(models.notPriced).toEqual(['generator openai-compatible']);
    const { stdout } = await project.run(['deploy', '--dry-run', '--region', 'eu-west-1', '--waf']);
    expect(stdout).toMatch(/^demo: \d+ resources would be created\. Nothing was deployed\.$/m);
    expect(stdout).toMatch(/A month with 100,000 questions: about \$\d+\.\d\d/);
  });

  it('is also printed by srag diff without credentials, with a note', async () => {
    const noCredentials = { HOME: project.folder, AWS_EC2_METADATA_DISABLED: 'true' };
    const options = { env: noCredentials };
    const preview = await project.json(['deploy', '--dry-run', '--region', 'eu-west-1']);
    const { dryRun, ...created } = preview;
    const diff = await project.json(['diff', '--region', 'eu-west-1'], options);
    expect(diff).toEqual({ ...created, dryRun, compared: false });
    const { stdout, stderr } = await project.run(['diff', '--region', 'eu-west-1'], options);
    expect(stdout).toMatch(/^demo: \d+ resources would be created\. Nothing was deployed\.$/m);
    expect(stdout).toMatch(/A month with 100,000 questions: about \$\d+\.\d\d/);
    expect(stderr).toContain('Not compared with the deployed stack: There are no AWS credentials');
  });

  it('is not printed by srag diff if a missing profile is configured', async () => {
    const { json } = await project.run(['diff', '--region', 'eu-west-1', '--profile', 'absent', '--json'], {
      env: { HOME: project.folder },
    });
    expect(json.error.code).toBe('CREDENTIALS_MISSING');
  });
});
