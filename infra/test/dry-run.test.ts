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
  });

  it('shows the servers that would be created, who may use them, and what they cost while idle', async () => {
    const deploy = { name: 'demo', functions: 'build', region: 'eu-west-1' };
    const config = { opensearch: { create: 'serverless' }, s3Vectors: { create: true } };
    await project.write('servers.json', JSON.stringify({ deploy: { ...deploy, ...config } }));
    const dryRun = ['deploy', '--dry-run', '--config', 'servers.json'];
    const preview = await project.json(dryRun);
    expect(preview.resources).toMatchObject({
      'AWS::OpenSearchServerless::AccessPolicy': 1,
      'AWS::OpenSearchServerless::Collection': 1,
      'AWS::S3Vectors::VectorBucket': 1,
    });
    const actions = ['aoss:APIAccessAll', 's3vectors:GetVectors', 's3vectors:QueryVectors'];
    expect(preview.permissions['demo-retrieve']).toEqual(expect.arrayContaining(actions));
    expect(preview.permissions['demo-baseline'].filter((name: string) => /aoss|vectors/.test(name))).toEqual(
      [],
    );
    const [idle, busy] = preview.months;
    const usd = (month: typeof idle) =>
      Object.fromEntries(month.servers.map(({ name, usd }: { name: string; usd: number }) => [name, usd]));
    expect(usd(idle)).toEqual({
      'fixed.opensearch.serverless-storage': 0.024,
      'fixed.s3-vectors.storage': 0.06,
    });
    expect(usd(busy)['used.opensearch.ocu']).toBeCloseTo(730 * 0.24);
    expect(preview.notPriced).toEqual(['queries of S3 Vectors']);
    const { stdout } = await project.run([...dryRun, '--waf']);
    expect(stdout).toMatch(/^demo: \d+ resources would be created\. Nothing was deployed\.$/m);
    expect(stdout).toMatch(/A month with 100,000 questions: about \$\d+\.\d\d/);
    expect(stdout).toMatch(/of which opensearch\.ocu: \$175\.20 \(730 OCU-hour\)/);
  });

  it('is refused before any work if the servers do not fit the deployment', async () => {
    const domainArn = 'arn:aws:es:us-east-1:123456789012:domain/search';
    const url = 'https://search-x.us-east-1.es.amazonaws.com';
    const refused = async (deploy: object, more: object = {}) => {
      const config = {
        ...more,
        deploy: { name: 'demo', functions: 'build', region: 'eu-west-1', ...deploy },
      };
      await project.write('refused.json', JSON.stringify(config));
      return (await project.run(['deploy', '--dry-run', '--config', 'refused.json', '--json'])).json.error;
    };
    expect(await refused({ opensearch: { domainArn, url } })).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('in region us-east-1, but the deployment is in eu-west-1'),
    });
    expect(await refused({}, { index: 'opensearch-hnsw' })).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('deploy.opensearch is not set'),
    });
    const local = domainArn.replace('us-east-1', 'eu-west-1');
    expect(await refused({ opensearch: { domainArn: local, url } }, { index: 'snapshot' })).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining("an index of kind 'snapshot'"),
    });
    // The published index decides if the configuration names none.
    await project.write('note.md', 'Hotel nights are paid up to 120 euros.');
    await project.json(['ingest', 'note.md']);
    expect(await refused({ opensearch: { domainArn: local, url } })).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining("an index of kind 'snapshot'"),
    });
    expect(await refused({ opensearch: { domainArn: local, url: 'http://a.example' } })).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('deploy.opensearch'),
    });
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
