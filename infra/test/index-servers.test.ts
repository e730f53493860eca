import { App, Stack } from 'aws-cdk-lib';
import { Domain, EngineVersion } from 'aws-cdk-lib/aws-opensearchservice';
import { describe, expect, it } from 'vitest';
import { indexName } from '../../src/indexes/opensearch/layout.ts';
import { openSearchSettingsSchema } from '../../src/indexes/opensearch/settings.ts';
import { newVersionId } from '../../src/indexes/versions.ts';
import type { OpenSearchProps } from '../src/index-servers/index.ts';
import { indexNames } from '../src/index-servers/index-names.ts';
import { SragStack } from '../src/srag-stack.ts';
import { buildFolder } from './support/build.ts';
import {
  ACCOUNT,
  allowed,
  builds,
  COLLECTION,
  DOMAIN,
  DOMAIN_URL,
  dataAccess,
  FUNCTIONS,
  having,
  openSearch,
  QUERY,
  searches,
  settingsOf,
  synthesise,
  VERSION,
} from './support/index-servers.ts';
import type { Settings } from './support/synthesise.ts';

describe('a deployment with an existing domain', () => {
  const rag = openSearch({ domainArn: DOMAIN, url: DOMAIN_URL });

  it('passes its address to the functions that search or build, and to no other', () => {
    expect(having(rag, 'SRAG_OPENSEARCH')).toEqual([...QUERY, 'ingest']);
    expect(settingsOf(rag)).toEqual({ url: DOMAIN_URL, service: 'es', region: '<AWS::Region>' });
    expect(openSearchSettingsSchema.parse(settingsOf(rag))).toMatchObject({ url: DOMAIN_URL });
    expect(rag.function('ingest').Environment.Variables.SRAG_OPENSEARCH).toEqual(
      rag.function('retrieve').Environment.Variables.SRAG_OPENSEARCH,
    );
  });

  it('allows each function only the requests that it sends', () => {
    expect(Object.fromEntries(FUNCTIONS.map((name) => [name, allowed(rag, name)]))).toEqual({
      ...{ baseline: {}, warmup: {}, ingest: builds(DOMAIN) },
      ...Object.fromEntries(QUERY.map((name) => [name, searches(DOMAIN)])),
    });
  });

  it('allows searching the indexes of every served collection, and building those of its own', () => {
    const many = openSearch(
      { domainArn: DOMAIN, url: DOMAIN_URL, indexPrefix: 'team', timeoutMs: 900, attempts: 2 },
      { collection: 'handbook', collections: ['faq'] },
    );
    expect(settingsOf(many)).toMatchObject({ indexPrefix: 'team', timeoutMs: 900, attempts: 2 });
    expect(allowed(many, 'stream')).toEqual({
      'es:ESHttpPost': ['faq', 'handbook'].map((name) => `${DOMAIN}/team-${name}-${VERSION}/_search`),
    });
    expect(allowed(many, 'ingest')['es:ESHttpDelete']).toEqual([`${DOMAIN}/team-handbook-${VERSION}`]);
  });

  it('has patterns that match the names of indexes, but not those of collections whose names begin the same', () => {
    const names = indexNames({ collection: 'notes', collections: [] });
    const pattern = new RegExp(`^${names.own.replaceAll('?', '.')}$`);
    const version = newVersionId();
    expect(indexName('srag', 'notes', version)).toMatch(pattern);
    expect(indexName('srag', 'notes', version).startsWith(names.ownPrefix.slice(0, -1))).toBe(true);
    for (const other of ['notes-2', 'notes-20261130t120000-0a1b', 'note', 'notes_2026']) {
      expect(indexName('srag', other, version)).not.toMatch(pattern);
    }
    expect(indexName('srag', 'notes-archive', version).startsWith(names.ownPrefix.slice(0, -1))).toBe(false);
  });

  it('may be in the same app, where its ARN and address are not known yet', () => {
    const app = new App();
    const own = new Domain(new Stack(app, 'Search'), 'Domain', { version: EngineVersion.OPENSEARCH_3_5 });
    const opensearch = { domainArn: own.domainArn, url: `https://${own.domainEndpoint}` };
    const stack = new SragStack(app, 'Test', { name: 'demo', functions: buildFolder(), opensearch });
    expect(stack.rag.openSearch?.url).toBe(opensearch.url);
    app.synth();
  });
});

describe('a deployment with an existing collection of OpenSearch Serverless', () => {
  const rag = openSearch(
    { collectionArn: COLLECTION, collectionName: 'notes' },
    { collection: 'handbook', collections: ['faq'] },
  );

  it('derives the address from the ARN, and passes it to the functions that search or build', () => {
    expect(having(rag, 'SRAG_OPENSEARCH')).toEqual([...QUERY, 'ingest']);
    expect(settingsOf(rag)).toEqual({
      url: 'https://07tjusf2h91cunochc.aoss.eu-west-1.on.aws',
      ...{ service: 'aoss', region: '<AWS::Region>' },
    });
    const url = 'https://x.aoss-fips.eu-west-1.on.aws';
    const given = openSearch({ collectionArn: COLLECTION, collectionName: 'notes', url });
    expect(settingsOf(given).url).toBe(url);
  });

  it('allows the roles to call the API of this collection, and only their operations on their indexes', () => {
    for (const name of FUNCTIONS)
      expect(allowed(rag, name), name).toEqual(
        [...QUERY, 'ingest'].includes(name) ? { 'aoss:APIAccessAll': [COLLECTION] } : {},
      );
    expect(dataAccess(rag)).toEqual([
      [['index/notes/srag-handbook-2*', 'index/notes/srag-faq-2*'], ['aoss:ReadDocument'], 3],
      [
        ['index/notes/srag-handbook-2*'],
        ['aoss:CreateIndex', 'aoss:DeleteIndex', 'aoss:ReadDocument', 'aoss:WriteDocument'],
        1,
      ],
    ]);
  });

  it('may not serve a collection that the permission to build indices of its own would include', () => {
    const serving = (collection: string, collections: string[], opensearch: OpenSearchProps) => () =>
      openSearch(opensearch, { collection, collections });
    const reference = { collectionArn: COLLECTION, collectionName: 'notes' };
    for (const other of ['docs-2', 'docs-2025'])
      for (const opensearch of [reference, { create: 'serverless' } as const])
        expect(serving('docs', ['faq', other], opensearch)).toThrow(`collections contains '${other}'`);
    expect(serving('docs-2025', ['docs'], reference)).not.toThrow();
    expect(serving('docs', ['docs-1', 'docs2'], reference)).not.toThrow();
    expect(serving('docs', ['docs-2'], { domainArn: DOMAIN, url: DOMAIN_URL })).not.toThrow();
  });

  it('allows no building if the deployment does not ingest', () => {
    const readOnly = openSearch({ collectionArn: COLLECTION, collectionName: 'notes' }, { ingest: false });
    expect(dataAccess(readOnly)).toHaveLength(1);
  });
});

describe('a deployment with another server', () => {
  it('passes the address, without any permission', () => {
    const rag = openSearch({ url: 'https://search.example.com' });
    expect(settingsOf(rag)).toEqual({ url: 'https://search.example.com' });
    for (const name of FUNCTIONS) expect(allowed(rag, name)).toEqual({});
  });

  it('passes a password only as a reference to Secrets Manager', () => {
    const password = '{{resolve:secretsmanager:search:SecretString:password}}';
    const rag = openSearch({ url: 'https://search.example.com', username: 'srag', password });
    expect(settingsOf(rag)).toEqual({ url: 'https://search.example.com', username: 'srag' });
    // Outside the JSON, which quotes in the secret would break.
    expect(having(rag, 'SRAG_OPENSEARCH_PASSWORD')).toEqual([...QUERY, 'ingest']);
    expect(rag.function('retrieve').Environment.Variables.SRAG_OPENSEARCH_PASSWORD).toBe(password);
    expect(() =>
      openSearch({ url: 'https://search.example.com', username: 'srag', password: 'geheim' }),
    ).toThrow(/clear text.*Secrets Manager/);
  });
});

describe('the settings of servers', () => {
  const url = DOMAIN_URL;
  it.each<[string, Settings, RegExp]>([
    [
      'an ARN of another service',
      { opensearch: { domainArn: COLLECTION, url } },
      /domainArn is .*arn:aws:es:REGION/,
    ],
    [
      'an ARN of an index',
      { opensearch: { domainArn: `${DOMAIN}/i`, url } },
      /domainArn is .*arn:aws:es:REGION/,
    ],
    [
      'a partition that does not have the region',
      { opensearch: { domainArn: DOMAIN.replace('arn:aws:', 'arn:aws-cn:'), url } },
      /region eu-west-1 is in partition aws/,
    ],
    [
      'an address without TLS',
      { opensearch: { url: 'http://search.example.com' } },
      /must be an https address/,
    ],
    ['a user in the address', { opensearch: { url: 'https://me:x@search.example.com' } }, /without a user/],
    ['an address of AWS without ARN', { opensearch: { url } }, /set domainArn or collectionArn/],
    [
      'a username without password',
      { opensearch: { url: 'https://a.example', username: 'me' } },
      /needs a password/,
    ],
    [
      'the address of an account',
      {
        opensearch: {
          ...{ collectionArn: COLLECTION, collectionName: 'notes' },
          url: `https://${ACCOUNT}.aoss.eu-west-1.on.aws`,
        },
      },
      /address of the collection/,
    ],
    [
      'a Classic collection',
      {
        opensearch: {
          ...{ collectionArn: COLLECTION, collectionName: 'notes' },
          url: 'https://07tjusf2h91cunochc.eu-west-1.aoss.amazonaws.com',
        },
      },
      /Classic collection/,
    ],
    [
      'a type without volumes',
      { opensearch: { create: 'domain', instanceType: 'i4g.large.search' } },
      /instanceType/,
    ],
    ['three nodes in two zones', { opensearch: { create: 'domain', instances: 3 } }, /even number/],
    ['a volume that is too small', { opensearch: { create: 'domain', volumeGb: 5 } }, /from 10 to 2,048/],
    [
      'a capacity that AWS does not offer',
      { opensearch: { create: 'serverless', maxOcu: 5 } },
      /maxOcu is 5/,
    ],
    [
      'more capacity at least than at most',
      { opensearch: { create: 'serverless', minOcu: 8 } },
      /minOcu is 8.*at most 4/,
    ],
    [
      'an ARN of a bucket of S3',
      { s3Vectors: { bucket: 'arn:aws:s3:::vectors' } },
      /arn:aws:s3vectors:REGION/,
    ],
    ['the name of no bucket', { s3Vectors: { bucket: 'My_Bucket' } }, /name or the ARN of a vector bucket/],
  ])('are refused with %s', (_, settings, message) => {
    expect(() => synthesise(settings)).toThrow(message);
  });

  it('are refused for another region or account than that of the stack', () => {
    const inStack = (env: object, settings: Settings) => () =>
      new SragStack(new App(), 'Test', { name: 'demo', functions: buildFolder(), ...settings }, { env });
    const domain = { opensearch: { domainArn: DOMAIN, url: DOMAIN_URL } };
    expect(inStack({ region: 'us-east-1' }, domain)).toThrow(/deployment is in region us-east-1/);
    expect(inStack({ region: 'eu-west-1', account: '999999999999' }, domain)).toThrow(
      /in account 999999999999/,
    );
    expect(inStack({ region: 'eu-west-1', account: ACCOUNT }, domain)).not.toThrow();
    const bucket = `arn:aws:s3vectors:eu-west-1:${ACCOUNT}:bucket/vectors`;
    expect(inStack({ region: 'us-east-1' }, { s3Vectors: { bucket } })).toThrow(/in region us-east-1/);
  });
});
