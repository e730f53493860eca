import { describe, expect, it } from 'vitest';
import {
  allowed,
  builds,
  dataAccess,
  idOf,
  openSearch,
  searches,
  settingsOf,
  synthesise,
} from './support/index-servers.ts';
import type { Settings } from './support/synthesise.ts';

describe('a deployment that creates a domain', () => {
  const rag = openSearch({ create: 'domain' }, { kms: true });
  const domain = rag.one('AWS::OpenSearchService::Domain');

  it('encrypts it, requires TLS 1.2, and denies unsigned requests and other accounts', () => {
    expect(domain).toMatchObject({
      EngineVersion: 'OpenSearch_3.5',
      ClusterConfig: { InstanceType: 'r7g.large.search', InstanceCount: 1, ZoneAwarenessEnabled: false },
      EBSOptions: { EBSEnabled: true, VolumeType: 'gp3', VolumeSize: 20 },
      EncryptionAtRestOptions: {
        Enabled: true,
        KmsKeyId: { 'Fn::GetAtt': [expect.stringContaining('Key'), 'Arn'] },
      },
      NodeToNodeEncryptionOptions: { Enabled: true },
      DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: 'Policy-Min-TLS-1-2-PFS-2023-10' },
      AdvancedOptions: { 'rest.action.multi.allow_explicit_index': 'false' },
    });
    expect(domain.AccessPolicies.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Condition: { StringNotEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });

  it('allows the functions the same requests as to an existing domain', () => {
    const arn = rag.text({ 'Fn::GetAtt': [idOf(rag, 'AWS::OpenSearchService::Domain'), 'Arn'] });
    expect(allowed(rag, 'retrieve')).toEqual(searches(arn));
    expect(allowed(rag, 'ingest')).toEqual(builds(arn));
    expect(allowed(rag, 'baseline')).toEqual({});
    expect(settingsOf(rag)).toMatchObject({ url: expect.stringMatching(/^https:\/\/<.*DomainEndpoint>$/) });
  });

  it('writes its logs to encrypted groups, to which only this domain may write', () => {
    expect(Object.keys(domain.LogPublishingOptions)).toEqual([
      ...['SEARCH_SLOW_LOGS', 'INDEX_SLOW_LOGS', 'ES_APPLICATION_LOGS'],
    ]);
    const groups = rag
      .all('AWS::Logs::LogGroup')
      .filter(({ LogGroupName }) => String(LogGroupName).startsWith('/aws/OpenSearchService/'));
    expect(groups.map(({ LogGroupName, KmsKeyId }) => [LogGroupName, KmsKeyId !== undefined])).toEqual(
      ['search-slow', 'index-slow', 'errors'].map((name) => [
        `/aws/OpenSearchService/domains/demo/${name}`,
        true,
      ]),
    );
    const { Statement } = JSON.parse(rag.text(rag.one('AWS::Logs::ResourcePolicy').PolicyDocument));
    expect(Statement).toMatchObject([
      {
        Principal: { Service: 'es.amazonaws.com' },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Condition: { ArnLike: { 'aws:SourceArn': expect.stringMatching(/:domain\/demo-<selected>$/) } },
      },
    ]);
  });

  it('spreads two or more nodes over two zones', () => {
    const two = openSearch({
      create: 'domain',
      instances: 2,
      instanceType: 'm7g.large.search',
      volumeGb: 50,
    });
    expect(two.one('AWS::OpenSearchService::Domain')).toMatchObject({
      ClusterConfig: {
        ...{ InstanceCount: 2, InstanceType: 'm7g.large.search', ZoneAwarenessEnabled: true },
        ZoneAwarenessConfig: { AvailabilityZoneCount: 2 },
      },
      EBSOptions: { VolumeSize: 50 },
    });
  });
});

describe('a deployment that creates a collection of OpenSearch Serverless', () => {
  const rag = openSearch({ create: 'serverless', minOcu: 1, maxOcu: 8 }, { kms: true });

  it('creates a NextGen collection with the given capacity, encrypted with the key of the deployment', () => {
    const [group, collection] = ['CollectionGroup', 'Collection'].map((type) =>
      rag.one(`AWS::OpenSearchServerless::${type}`),
    );
    expect(group).toMatchObject({
      Generation: 'NEXTGEN',
      CapacityLimits: {
        ...{ MinIndexingCapacityInOcu: 0, MinSearchCapacityInOcu: 1 },
        ...{ MaxIndexingCapacityInOcu: 8, MaxSearchCapacityInOcu: 8 },
      },
    });
    expect(collection).toMatchObject({ Type: 'VECTORSEARCH', CollectionGroupName: group.Name });
    const policies = rag.all('AWS::OpenSearchServerless::SecurityPolicy');
    const texts = Object.fromEntries(
      policies.map(({ Type, Policy }) => [Type, JSON.parse(rag.text(Policy))]),
    );
    const Rules = [{ ResourceType: 'collection', Resource: [`collection/${rag.text(collection.Name)}`] }];
    expect(texts.network).toEqual([{ Rules, AllowFromPublic: true }]);
    expect(texts.encryption).toEqual({
      Rules,
      AWSOwnedKey: false,
      KmsARN: expect.stringMatching(/^<.*Key.*Arn>$/),
    });
    const plain = openSearch({ create: 'serverless' }).all('AWS::OpenSearchServerless::SecurityPolicy');
    expect(plain.map(({ Policy }) => JSON.parse(rag.text(Policy)).AWSOwnedKey)).toContain(true);
  });

  it('allows the roles to use this collection, as they use an existing one', () => {
    const arn = rag.text({ 'Fn::GetAtt': [idOf(rag, 'AWS::OpenSearchServerless::Collection'), 'Arn'] });
    expect(allowed(rag, 'retrieve')).toEqual({ 'aoss:APIAccessAll': [arn] });
    expect(allowed(rag, 'warmup')).toEqual({});
    const name = rag.text(rag.one('AWS::OpenSearchServerless::Collection').Name);
    expect(dataAccess(rag).map(([resources]) => resources)).toEqual([
      [`index/${name}/srag-default-2*`],
      [`index/${name}/srag-default-2*`],
    ]);
  });
});

const STORED = [
  'AWS::OpenSearchService::Domain',
  'AWS::OpenSearchServerless::Collection',
  'AWS::OpenSearchServerless::CollectionGroup',
  'AWS::OpenSearchServerless::SecurityPolicy',
  'AWS::S3Vectors::VectorBucket',
];

describe('created servers', () => {
  it('are outputs of the stack, unlike servers that exist', () => {
    const outputs = (settings: Settings) =>
      Object.keys(synthesise(settings).template.findOutputs('*')).filter((name) =>
        ['OpenSearchUrl', 'VectorBucket'].includes(name),
      );
    expect(outputs({ opensearch: { create: 'serverless' }, s3Vectors: { create: true } }).sort()).toEqual([
      'OpenSearchUrl',
      'VectorBucket',
    ]);
    const existing = { opensearch: { url: 'https://search.example.com' }, s3Vectors: { bucket: 'vectors' } };
    expect(outputs(existing)).toEqual([]);
  });

  const policies = (retainData: boolean) =>
    (['domain', 'serverless'] as const).flatMap((create) => {
      const rag = openSearch({ create }, { s3Vectors: { create: true }, retainData });
      return STORED.flatMap((type) =>
        Object.values(rag.template.findResources(type)).map(({ DeletionPolicy }) => [type, DeletionPolicy]),
      );
    });

  it('are kept when the stack is destroyed, but not if its first deployment fails', () => {
    expect(new Set(policies(true).map(([type]) => type))).toEqual(new Set(STORED));
    expect(new Set(policies(true).map(([, policy]) => policy))).toEqual(new Set(['RetainExceptOnCreate']));
    expect(new Set(policies(false).map(([, policy]) => policy))).toEqual(new Set(['Delete']));
  });
});
