import { readFileSync } from 'node:fs';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { buildFolder } from './support/build.ts';
import { coveringRows } from './support/covering-rows.ts';
import { type Settings, stackOf } from './support/synthesise.ts';

interface Finding {
  readonly rule: string;
  readonly path: string;
}

const DOMAIN = 'arn:aws:es:eu-west-1:123456789012:domain/search';
const COLLECTION = 'arn:aws:aoss:eu-west-1:123456789012:collection/07tjusf2h91cunochc';
const JWT = { kind: 'jwt', issuer: 'https://id.example', audience: 'srag' } as const;
const EMBEDDERS = [undefined, { name: 'bedrock-titan' }];
const GENERATORS = [
  undefined,
  { name: 'bedrock', settings: { model: 'us.amazon.nova-lite-v1:0' } },
  { name: 'bedrock', settings: { model: 'amazon.nova-lite-v1:0' } },
];

/** Options that change the set of resources, with their values. */
const OPTIONS = {
  engine: ['snapshot', 'lancedb'],
  auth: [{ kind: 'iam' }, { kind: 'api-key' }, JWT, { kind: 'none' }],
  corsOrigins: [[], ['https://a.example'], ['https://a.example', 'https://b.example']],
  waf: [false, true],
  kms: [false, true, 'arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-1111-2222-3333-444455556666'],
  cache: ['none', 'memory', 'dynamodb', 's3'],
  bucket: [undefined, 'company-data'],
  versioned: [false, true],
  ingest: [true, false],
  warmup: [{ everyMinutes: 5 }, false],
  embedder: EMBEDDERS,
  generator: GENERATORS,
  reranker: [undefined, { name: 'bedrock' }],
  alarms: [{ email: 'team@example.org' }, {}, false],
  budget: [undefined, { usdPerMonth: 20, email: 'team@example.org' }],
  metrics: ['all', 'essential', 'none'],
  apiGatewayLogRole: [true, false],
  opensearch: [
    undefined,
    { domainArn: DOMAIN, url: 'https://search-x.eu-west-1.es.amazonaws.com' },
    { create: 'domain' },
    { create: 'serverless' },
  ],
  s3Vectors: [undefined, { create: true }],
  reservedConcurrency: [undefined, 'unreserved'],
  retainData: [true, false],
} as const;

/** A canary is refused with `jwt`, so it is not an independent option. */
const CANARIES: readonly Settings[] = [
  { canary: {} },
  { canary: {}, auth: { kind: 'api-key' }, kms: true },
  { canary: {}, auth: { kind: 'none' }, bucket: 'company-data' },
];

/** Servers that differ from those in `OPTIONS` by values only. */
const SERVERS: readonly Settings[] = [
  { opensearch: { create: 'domain', instances: 2 }, s3Vectors: { bucket: 'vectors' } },
  { opensearch: { collectionArn: COLLECTION, collectionName: 'notes' }, collections: ['faq'] },
];

const rows = [...(coveringRows(OPTIONS) as unknown as readonly Settings[]), ...CANARIES, ...SERVERS];

function findings(app: IConstruct): Finding[] {
  return [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath = '' }) => ({ rule: ruleName, path: constructPath })),
      ),
  );
}

interface Acknowledgement {
  readonly path: string;
  readonly id: string;
  readonly reason: string;
}

/** Removes all acknowledgements of cdk-nag findings from a construct tree and returns them. */
function takeAcknowledgements(root: IConstruct): Acknowledgement[] {
  return root.node.findAll().flatMap(({ node }) => {
    const taken = node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
    return taken.flatMap(({ data }) => {
      const entries = Object.entries(data as Record<string, string>);
      for (const [key] of entries) delete (data as Record<string, string>)[key];
      return entries.map(([key, reason]) => ({
        path: node.path,
        id: key.replace(/^annotation::/i, ''),
        reason: typeof reason === 'string' ? reason : JSON.stringify(reason),
      }));
    });
  });
}

describe('cdk-nag', () => {
  const functions = buildFolder();
  const used = new Set<string>();
  const given = new Map<string, string>();

  it.each(rows.map((row, position) => [position + 1, row] as const))(
    'has no unacknowledged finding in option combination %i',
    (_, row) => {
      const { app } = stackOf({ functions, ...row });
      // Synthesis checks the template against the schemas of CloudFormation.
      app.synth();
      expect(findings(app)).toEqual([]);
      const acknowledged = takeAcknowledgements(app);
      const found = findings(app);
      expect(found.length).toBeGreaterThan(20);
      for (const { path, id, reason } of acknowledged) {
        // An acknowledgement may cover many resources; at least one of them must have the finding.
        given.set(`${id} | ${reason}`, path);
        if (found.some((finding) => finding.rule === id && finding.path.startsWith(`${path}/`)))
          used.add(`${id} | ${reason}`);
      }
    },
  );

  it('has a finding for every acknowledgement, and every acknowledgement has a reason', () => {
    const stale = [...given].filter(([key]) => !used.has(key)).map(([key, path]) => `${path}: ${key}`);
    expect(stale).toEqual([]);
    expect(used.size).toBeGreaterThan(15);
    for (const key of used) expect(key.split(' | ')[1]!.length).toBeGreaterThan(30);
  });

  it('has acknowledgements for exactly the rules that the guide explains', () => {
    const guide = readFileSync(new URL('../../docs/guide/deploy.md', import.meta.url), 'utf8');
    const told = guide.match(/\b(AwsSolutions|Serverless)-[A-Za-z0-9]+/g);
    const acknowledged = [...used].map((key) => key.replace(/[[ ].*/, ''));
    expect([...new Set(told)].sort()).toEqual([...new Set(acknowledged)].sort());
  });

  it('is run with every pair of values of two options', () => {
    const names = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[];
    const missing = names.flatMap((a, position) =>
      names
        .slice(position + 1)
        .flatMap((b) =>
          OPTIONS[a].flatMap((left) =>
            OPTIONS[b]
              .filter((right) => !rows.some((row) => row[a] === left && row[b] === right))
              .map((right) => `${a} ${JSON.stringify(left)}, ${b} ${JSON.stringify(right)}`),
          ),
        ),
    );
    expect(missing).toEqual([]);
  });

  it('reports a bucket that does not require TLS', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Test'), 'Open');
    expect(findings(app).map(({ rule }) => rule)).toContain('AwsSolutions-S10');
  });
});
