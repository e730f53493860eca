import { describe, expect, it } from 'vitest';
import { vectorIndexName } from '../src/index-servers/index-names.ts';
import {
  ACCOUNT,
  allowed,
  having,
  idOf,
  QUERY,
  settingsOf,
  synthesise,
  VERSION,
} from './support/index-servers.ts';
import type { Properties } from './support/synthesise.ts';

describe('a deployment with a vector bucket', () => {
  const arn = 'arn:<AWS::Partition>:s3vectors:<AWS::Region>:<AWS::AccountId>:bucket/vectors';
  const actions = (names: readonly string[], resource: string) =>
    Object.fromEntries(names.map((name) => [`s3vectors:${name}`, [resource]]));

  it.each(['vectors', `arn:aws:s3vectors:eu-west-1:${ACCOUNT}:bucket/vectors`])(
    'passes and allows an existing one, given as %s',
    (bucket) => {
      const rag = synthesise({ s3Vectors: { bucket } });
      expect(having(rag, 'SRAG_S3_VECTORS')).toEqual([...QUERY, 'ingest']);
      expect(settingsOf(rag, 'SRAG_S3_VECTORS')).toEqual({ bucket: 'vectors', region: '<AWS::Region>' });
      for (const name of QUERY)
        expect(allowed(rag, name)).toEqual(
          actions(['QueryVectors', 'GetVectors'], `${arn}/index/srag-default-${VERSION}`),
        );
      expect(allowed(rag, 'ingest')).toEqual(
        actions(
          ['CreateIndex', 'DeleteIndex', 'GetVectors', 'ListVectors', 'PutVectors', 'QueryVectors'],
          `${arn}/index/srag-default-${VERSION}`,
        ),
      );
      expect([allowed(rag, 'baseline'), allowed(rag, 'warmup')]).toEqual([{}, {}]);
      expect(rag.all('AWS::S3Vectors::VectorBucket')).toEqual([]);
    },
  );

  it('allows only the indexes of the served collections, by hash if the name of a collection is not accepted', () => {
    const rag = synthesise({
      s3Vectors: { bucket: 'vectors', timeoutMs: 900, attempts: 2 },
      ...{ collection: 'handbook', collections: ['team_notes'] },
    });
    expect(settingsOf(rag, 'SRAG_S3_VECTORS')).toMatchObject({ timeoutMs: 900, attempts: 2 });
    // The first 16 digits of the SHA-256 of `team_notes`.
    const names = ['4495d26d7f08f68e', 'handbook'].map((name) => `${arn}/index/srag-${name}-${VERSION}`);
    expect(allowed(rag, 'retrieve')['s3vectors:QueryVectors']).toEqual(names);
    expect(allowed(rag, 'ingest')['s3vectors:PutVectors']).toEqual([names[1]]);
    expect(vectorIndexName('x'.repeat(37))).toBe(`srag-${'x'.repeat(37)}-${VERSION}`);
    expect(vectorIndexName('x'.repeat(38))).toMatch(/^srag-[0-9a-f]{16}-/);
  });

  it('creates one, encrypted with the key of the deployment, which the indexing of AWS may use', () => {
    const rag = synthesise({ s3Vectors: { create: true }, kms: true });
    expect(rag.one('AWS::S3Vectors::VectorBucket').EncryptionConfiguration).toMatchObject({
      SseType: 'aws:kms',
      KmsKeyArn: { 'Fn::GetAtt': [idOf(rag, 'AWS::KMS::Key'), 'Arn'] },
    });
    const statement = rag
      .one('AWS::KMS::Key')
      .KeyPolicy.Statement.find(({ Sid }: Properties) => Sid === 'VectorIndexesOfThisAccount');
    expect(statement).toMatchObject({
      Principal: { Service: 'indexing.s3vectors.amazonaws.com' },
      Action: 'kms:Decrypt',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
    expect(settingsOf(rag, 'SRAG_S3_VECTORS')).toEqual({ bucket: '<selected>', region: '<AWS::Region>' });
    expect(allowed(rag, 'retrieve')['s3vectors:QueryVectors']).toEqual([
      `<${idOf(rag, 'AWS::S3Vectors::VectorBucket')}.VectorBucketArn>/index/srag-default-${VERSION}`,
    ]);
    const plain = synthesise({ s3Vectors: { create: true } });
    expect(plain.one('AWS::S3Vectors::VectorBucket').EncryptionConfiguration).toEqual({ SseType: 'AES256' });
  });
});
