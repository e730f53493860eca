import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildFolder } from '../../infra/test/support/build.ts';

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>
  >;
}
// A dynamic import, because infra/ is compiled with its own options.
const { Synthesised } = (await import(
  String(new URL('../../infra/test/support/synthesise.ts', import.meta.url))
)) as { readonly Synthesised: new (settings: object) => { readonly template: { toJSON(): Template } } };

/** Installed with moto; validates resource types, their properties and their availability per region. */
const CFN_LINT = resolve(process.env.SERVERS ?? 'servers-run', 'moto/bin/cfn-lint');
/**
 * The rule against redundant dependencies; CDK makes each user of a role depend on the role and on its
 * policy.
 */
const IGNORED = 'W3005';
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-1111-2222-3333-444455556666';

const OPTION_SETS: readonly (readonly [string, object])[] = [
  ['the defaults', {}],
  [
    'everything that can be added',
    {
      auth: { kind: 'jwt', issuer: 'https://id.example', audience: 'srag' },
      ...{ kms: true, waf: true, cache: 'dynamodb', versioned: true, metrics: 'all', logText: true },
      ...{ opensearch: { create: 'domain', instances: 2 }, s3Vectors: { create: true } },
      corsOrigins: ['https://a.example'],
      alarms: { email: 'team@example.org' },
      budget: { usdPerMonth: 20, email: 'team@example.org' },
    },
  ],
  [
    'models of Bedrock',
    {
      embedder: { name: 'bedrock-titan' },
      generator: {
        name: 'bedrock',
        settings: { model: 'eu.amazon.nova-lite-v1:0', guardrail: { id: 'abc123', version: '1' } },
      },
      reranker: { name: 'bedrock' },
      auth: { kind: 'api-key', requestsPerDay: 1_000 },
      canary: {},
      opensearch: { create: 'serverless' },
      provisionedConcurrency: { retrieve: 2 },
    },
  ],
  [
    'a bucket, a key and servers of its owner',
    {
      ...{ bucket: 'company-data', kms: KEY, cache: 's3', s3Vectors: { bucket: 'vectors' } },
      opensearch: {
        collectionArn: 'arn:aws:aoss:eu-west-1:123456789012:collection/07tjusf2h91cunochc',
        collectionName: 'notes',
      },
    },
  ],
  [
    'as little as there can be',
    { ingest: false, warmup: false, alarms: false, metrics: 'none', auth: { kind: 'none' } },
  ],
  [
    'every index kind, unreserved, nothing kept',
    { engine: 'lancedb', reservedConcurrency: 'unreserved', retainData: false, apiGatewayLogRole: false },
  ],
];

describe('cfn-lint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'srag-cfn-lint-'));
  const functions = buildFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  const findings = (template: object): readonly object[] => {
    if (!existsSync(CFN_LINT)) throw new Error(`No ${CFN_LINT}: run npm run servers:install -- moto.`);
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify(template));
    const words = [
      '--format',
      'json',
      '--regions',
      'eu-west-1',
      'us-east-1',
      'ap-northeast-2',
      '--ignore-checks',
      IGNORED,
      '--',
      file,
    ];
    try {
      return JSON.parse(execFileSync(CFN_LINT, words, { encoding: 'utf8' }));
    } catch (error) {
      // cfn-lint exits with a non-zero code if it has findings.
      return JSON.parse((error as { stdout: string }).stdout);
    }
  };

  it.each(OPTION_SETS)('finds nothing in a deployment with %s', (_, settings) => {
    const { template } = new Synthesised({ functions, ...settings });
    const shown = findings(template.toJSON()).map((finding) => {
      const { Rule, Message, Location } = finding as Record<string, { Id: string; Path: string[] }>;
      return `${Rule!.Id} ${Location!.Path.join('/')}: ${Message}`;
    });
    expect(shown).toEqual([]);
  });

  it('reports an unknown property', () => {
    const template = new Synthesised({ functions }).template.toJSON();
    const stage = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::ApiGateway::Stage');
    stage!.Properties.ThrottleEverything = true;
    expect(JSON.stringify(findings(template))).toContain('ThrottleEverything');
  });
});
