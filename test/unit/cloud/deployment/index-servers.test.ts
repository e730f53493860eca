import { describe, expect, it } from 'vitest';
import {
  checkIndexServers,
  checkServerRegions,
  infraSettings,
} from '../../../../src/cloud/deployment/index.ts';
import { deploymentSchema } from '../../../../src/config/deployment-schema.ts';
import { openSearchSettingsSchema } from '../../../../src/indexes/index.ts';

const DOMAIN = { domainArn: 'arn:aws:es:eu-west-1:123456789012:domain/search' };
const COLLECTION = {
  collectionArn: 'arn:aws:aoss:eu-west-1:123456789012:collection/07tjusf2h91cunochc',
  collectionName: 'notes',
};
const deploy = (given: object) => deploymentSchema.parse(given);

describe('the servers of a deployment', () => {
  it.each([
    { opensearch: { ...DOMAIN, url: 'https://search.eu-west-1.es.amazonaws.com' } },
    { opensearch: COLLECTION },
    { opensearch: { url: 'https://search.example.com' } },
    {
      opensearch: {
        url: 'https://search.example.com',
        username: 'srag',
        password: '{{resolve:secretsmanager:search:SecretString:password}}',
      },
    },
    { opensearch: { create: 'domain', instanceType: 't3.small.search', instances: 2, volumeGb: 30 } },
    { opensearch: { create: 'serverless', maxOcu: 8 } },
    { s3Vectors: { bucket: 'vectors' } },
    { s3Vectors: { bucket: 'arn:aws:s3vectors:eu-west-1:123456789012:bucket/vectors' } },
    { s3Vectors: { create: true } },
  ])('may be %j', (given) => {
    expect(deploy(given)).toMatchObject(given);
  });

  it.each<[object, RegExp]>([
    [
      { opensearch: { domainArn: COLLECTION.collectionArn } },
      /domainArn: must be an ARN of the form arn:aws:es/,
    ],
    [{ opensearch: { ...COLLECTION, collectionName: 'Notes' } }, /collectionName: /],
    [{ opensearch: { collectionArn: COLLECTION.collectionArn } }, /collectionName: /],
    [{ opensearch: { ...DOMAIN, url: 'http://search.example.com' } }, /\burl: /],
    [{ opensearch: { url: 'https://me:secret@search.example.com' } }, /url: must have no user/],
    [
      { opensearch: { url: 'https://a.example', username: 'a', password: 'geheim' } },
      /password: must be \{\{resolve/,
    ],
    [{ opensearch: { create: 'cluster' } }, /create: /],
    [{ opensearch: { create: 'domain', nodes: 3 } }, /nodes/],
    [{ opensearch: 'https://a.example' }, /must be an object/],
    [{ s3Vectors: { bucket: 'arn:aws:s3:::vectors' } }, /name or ARN of a vector bucket/],
    [{ s3Vectors: { create: false } }, /name or ARN of a vector bucket/],
  ])('may not be %j: the error names the key', (given, message) => {
    const [issue] = deploymentSchema.safeParse(given).error?.issues ?? [];
    expect(`${issue?.path.join('.')}: ${issue?.message}`).toMatch(message);
  });
});

describe('checking the servers of a deployment', () => {
  const kinds = (opened: readonly string[], built = opened) => ({ opened, built });
  const servers =
    (given: object, { opened, built }: ReturnType<typeof kinds>) =>
    () =>
      checkIndexServers(deploy(given), { opened, built });

  it('refuses an index on a server that the functions would not know', () => {
    expect(servers({}, kinds(['snapshot', 'opensearch-hnsw']))).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIG',
        message: expect.stringContaining("'opensearch-hnsw', but deploy.opensearch is not set"),
        fields: { path: 'deploy.opensearch' },
      }),
    );
    expect(servers({ opensearch: COLLECTION }, kinds(['s3-vectors', 'opensearch-on-disk']))).toThrow(
      /'s3-vectors', but deploy.s3Vectors is not set/,
    );
  });

  it('refuses an existing server that has no index, if the functions open one of another kind', () => {
    expect(servers({ opensearch: COLLECTION }, kinds(['snapshot']))).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIG',
        message: "deploy.opensearch is set, but the functions open an index of kind 'snapshot'.",
      }),
    );
    expect(servers({ s3Vectors: { bucket: 'vectors' } }, kinds(['snapshot']))).toThrow(
      /deploy.s3Vectors is set/,
    );
  });

  it('accepts servers whose indexes are opened, built, or yet to be built', () => {
    for (const [given, found] of [
      [{}, kinds([])],
      [{}, kinds(['snapshot', 'lancedb-flat'])],
      [{ opensearch: COLLECTION }, kinds([])],
      [{ opensearch: COLLECTION }, kinds(['snapshot', 'opensearch-on-disk'])],
      [{ opensearch: COLLECTION }, kinds(['snapshot'], ['snapshot', 'opensearch-on-disk'])],
      [{ opensearch: { create: 'domain' } }, kinds(['snapshot'])],
      [{ s3Vectors: { create: true } }, kinds(['snapshot'])],
      [{ s3Vectors: { bucket: 'vectors' } }, kinds(['s3-vectors'])],
    ] as const)
      expect(servers(given, found), JSON.stringify([given, found])).not.toThrow();
  });

  it('refuses resources of another region', () => {
    const bucket = 'arn:aws:s3vectors:eu-west-1:123456789012:bucket/vectors';
    for (const [given, path] of [
      [{ opensearch: DOMAIN }, 'deploy.opensearch.domainArn'],
      [{ opensearch: COLLECTION }, 'deploy.opensearch.collectionArn'],
      [{ s3Vectors: { bucket } }, 'deploy.s3Vectors.bucket'],
    ] as const) {
      expect(() => checkServerRegions({ deploy: deploy(given) }, 'us-east-1')).toThrow(
        expect.objectContaining({ code: 'INVALID_CONFIG', fields: { path } }),
      );
      for (const region of ['eu-west-1', undefined])
        expect(() => checkServerRegions({ deploy: deploy(given) }, region)).not.toThrow();
    }
    const named = { deploy: deploy({ s3Vectors: { bucket: 'vectors' } }) };
    expect(() => checkServerRegions(named, 'us-east-1')).not.toThrow();
  });

  it('refuses the name of the configured vector bucket, if that bucket is in another region', () => {
    const check = (bucket: string, s3Vectors: object, region: string | undefined) => () =>
      checkServerRegions(
        { deploy: deploy({ s3Vectors: { bucket } }), s3Vectors: { bucket: 'vectors', ...s3Vectors } },
        region,
      );
    const west = { region: 'us-west-2' };
    const arn = 'arn:aws:s3vectors:us-east-1:123456789012:bucket/vectors';
    for (const bucket of ['vectors', arn])
      expect(check(bucket, west, 'us-east-1')).toThrow(
        expect.objectContaining({
          code: 'INVALID_CONFIG',
          message: expect.stringMatching(/'vectors' is in region us-west-2 .* deployment is in us-east-1/),
          fields: { path: 'deploy.s3Vectors.bucket' },
        }),
      );
    expect(check('vectors', west, 'us-west-2')).not.toThrow();
    expect(check('vectors', west, undefined)).not.toThrow();
    expect(check('vectors', {}, 'us-east-1')).not.toThrow();
    expect(check('others', west, 'us-east-1')).not.toThrow();
  });
});

describe('the prop `opensearch` of the CDK app', () => {
  const base = {
    ...{ collection: 'default', collections: [], signing: {}, mode: 'auto' as const, answer: {} },
    ...{ embedder: 'none', embedderSettings: {}, generator: 'extractive', generatorSettings: {} },
    ...{ reranker: 'none', rerankerSettings: {} },
  };
  const prop = (opensearch: object, configured?: object) =>
    infraSettings(
      {
        ...base,
        opensearch: configured && openSearchSettingsSchema.parse(configured),
        deploy: deploy({ opensearch }),
      },
      undefined,
      '/build',
    ).opensearch;

  it('has the address and the settings of requests from the configuration, but no user', () => {
    const configured = {
      url: 'https://search.eu-west-1.es.amazonaws.com',
      ...{ username: 'me', password: 'geheim', indexPrefix: 'team', timeoutMs: 900 },
    };
    expect(prop(DOMAIN, configured)).toEqual({
      ...{ ...DOMAIN, url: configured.url },
      ...{ indexPrefix: 'team', timeoutMs: 900, attempts: 4 },
    });
    expect(prop({ create: 'serverless' })).toEqual({ create: 'serverless' });
    expect(prop({ ...DOMAIN, url: 'https://other.example' }, configured)).toMatchObject({
      url: 'https://other.example',
    });
  });

  it('is like the prop `s3Vectors`, which has the settings of requests, too', () => {
    const s3Vectors = { bucket: 'vectors' };
    const config = { ...base, deploy: deploy({ s3Vectors }) };
    const configured = { bucket: 'other', timeoutMs: 900, attempts: 2 };
    expect(infraSettings(config, undefined, '/build').s3Vectors).toEqual(s3Vectors);
    expect(infraSettings({ ...config, s3Vectors: configured }, undefined, '/build').s3Vectors).toEqual({
      ...{ ...s3Vectors, timeoutMs: 900, attempts: 2 },
    });
  });

  it('is refused if the address of a domain is not known or not https', () => {
    const error = expect.objectContaining({
      code: 'INVALID_CONFIG',
      fields: { path: 'deploy.opensearch.url' },
    });
    expect(() => prop(DOMAIN)).toThrow(error);
    expect(() => prop(DOMAIN, { url: 'http://127.0.0.1:9200' })).toThrow(error);
  });

  it('is refused if the server needs a password that the functions would not have', () => {
    const configured = { url: 'https://search.example.com', username: 'me', password: 'geheim' };
    expect(() => prop({ url: 'https://search.example.com/' }, configured)).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIG',
        remedy: expect.stringContaining('{{resolve:secretsmanager:'),
      }),
    );
    const password = '{{resolve:secretsmanager:search:SecretString:password}}';
    const server = { url: 'https://search.example.com', username: 'srag', password };
    expect(prop(server, configured)).toMatchObject(server);
    expect(JSON.stringify(prop(server, configured))).not.toContain('geheim');
  });
});
