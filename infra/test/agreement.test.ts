import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../src/api/http/index.ts';
import {
  METRIC_DEFINITIONS,
  METRIC_DIMENSIONS,
  METRIC_NAMES,
  METRIC_NAMESPACE,
} from '../../src/api/observability/index.ts';
import { DEFAULT_SWITCHES, readParameters, SWITCH_NAMES } from '../../src/api/switches/index.ts';
import { DEFAULT_CONCURRENCY, infraSettings } from '../../src/cloud/deployment/index.ts';
import { functionSettings, serversOf } from '../../src/cloud/functions/environment.ts';
import { ingestTask } from '../../src/cloud/functions/ingest/event.ts';
import { deploymentSchema } from '../../src/config/deployment-schema.ts';
import { openSearchSettingsSchema } from '../../src/indexes/index.ts';
import { indexName as openSearchName } from '../../src/indexes/opensearch/layout.ts';
import { indexName as s3VectorsName } from '../../src/indexes/s3-vectors/layout.ts';
import { newVersionId } from '../../src/indexes/versions.ts';
import { readBuiltFunctions } from '../src/built-functions.ts';
import { substitutionsFor } from '../src/definition.ts';
import { FUNCTION_PLANS } from '../src/function-needs.ts';
import { indexNames, vectorIndexName } from '../src/index-servers/index-names.ts';
import { METRICS } from '../src/metric-names.ts';
import type { DeploymentSettings } from '../src/srag-stack.ts';
import { SWITCHES } from '../src/switches.ts';
import { buildFolder, MANIFEST } from './support/build.ts';
import { Synthesised } from './support/synthesise.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist', 'functions');

describe('the deployment and its functions', () => {
  it('agree on the names and default values of the switches', () => {
    expect(Object.keys(SWITCHES)).toEqual(SWITCH_NAMES);
    const parameters = new Map(Object.entries(SWITCHES).map(([name, { value }]) => [name, value]));
    expect(readParameters(parameters, DEFAULT_SWITCHES, { indexKinds: ['snapshot'] })).toEqual({
      values: DEFAULT_SWITCHES,
      problems: [],
    });
  });

  it('agree on the format of error responses, so that callers parse only one', () => {
    const responses = new Synthesised().all('AWS::ApiGateway::GatewayResponse');
    expect(responses.length).toBeGreaterThan(15);
    for (const { ResponseTemplates, StatusCode } of responses) {
      const body = problemSchema.parse(JSON.parse(ResponseTemplates['application/json']));
      expect(body.status).toBe(Number(StatusCode));
    }
  });

  it('agree on which functions exist, and the fixtures of these tests match them', () => {
    const { functions } = JSON.parse(
      readFileSync(join(ROOT, 'src', 'cloud/functions', 'functions.json'), 'utf8'),
    );
    for (const entry of functions) {
      expect(Object.keys(FUNCTION_PLANS)).toContain(entry.name);
      expect(MANIFEST.functions.find(({ name }) => name === entry.name)).toEqual(entry);
    }
  });

  it('agree on the metrics and their dimensions', () => {
    expect(METRICS.namespace).toBe(METRIC_NAMESPACE);
    expect(METRICS.dimensions).toEqual(METRIC_DIMENSIONS);
    const { namespace: _, dimensions: __, ...names } = METRICS;
    const wrong = Object.values(names)
      .flat()
      .filter((name) => !METRIC_NAMES.includes(name));
    expect(wrong).toEqual([]);
    const parts = METRIC_NAMES.filter((name) => METRIC_DEFINITIONS[name].kind !== undefined);
    expect(METRICS.costParts).toEqual(parts);
  });

  it('agree on the number of environments to reserve', () => {
    expect(Object.entries(FUNCTION_PLANS).map(([name, { concurrency }]) => [name, concurrency])).toEqual(
      Object.entries(DEFAULT_CONCURRENCY),
    );
  });

  it('agree on the settings passed by the command line', () => {
    const deploy = deploymentSchema.parse({
      auth: { kind: 'jwt', issuer: 'https://id.example', audience: 'srag' },
      alarms: { email: 'team@example.org' },
      reservedConcurrency: { retrieve: 5 },
      opensearch: { create: 'serverless', maxOcu: 2 },
      s3Vectors: { bucket: 'vectors' },
    });
    const config = {
      ...{
        collection: 'default',
        collections: [],
        opensearch: openSearchSettingsSchema.parse({ url: 'http://127.0.0.1:9200', attempts: 2 }),
        signing: {},
        mode: 'hybrid' as const,
        index: 'snapshot',
        embedder: 'bedrock-titan',
        embedderSettings: {},
      },
      ...{ generator: 'bedrock', generatorSettings: { model: 'amazon.nova-lite-v1:0' }, reranker: 'none' },
      ...{ rerankerSettings: {}, answer: { topK: 5 }, deploy },
    } as const;
    // The type annotation makes an unknown setting a compile error.
    const settings: DeploymentSettings = infraSettings(config, { bucket: 'company-data', prefix: 'p' }, DIST);
    const rag = new Synthesised({ ...settings, name: 'demo', functions: buildFolder() });
    expect(rag.function('stream').Environment.Variables).toMatchObject({
      SRAG_LOCATION: 's3://company-data/p',
      SRAG_GENERATOR: 'bedrock',
      SRAG_ANSWER: '{"topK":5}',
    });
    // The functions parse the settings of the server as the command line does.
    const servers = serversOf(
      functionSettings({
        ...Object.fromEntries(
          ['SRAG_LOCATION', 'SRAG_OPENSEARCH', 'SRAG_SWITCHES'].map((name) => [
            name,
            rag.text(rag.function('stream').Environment.Variables[name]),
          ]),
        ),
        ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
      }),
    );
    expect(servers.settings.opensearch).toMatchObject({ service: 'aoss', attempts: 2, indexPrefix: 'srag' });
  });

  it('agree on which bundles are built, and every bundle is within its size budget', () => {
    const built = readBuiltFunctions(DIST, { engine: 'snapshot', ingest: false });
    expect(built.functions.map(({ name }) => name).sort()).toEqual([
      ...['baseline', 'generate', 'retrieve', 'stream', 'warmup'],
    ]);
    const rag = new Synthesised({ functions: DIST, ingest: false });
    expect(rag.all('AWS::Lambda::Function')).toHaveLength(5);
    const [express] = rag.all('AWS::StepFunctions::StateMachine');
    expect(Object.keys(express.DefinitionSubstitutions).sort()).toEqual([
      'GenerateFunction',
      'RetrieveFunction',
    ]);
  });

  it('agree on the input that the queue and the map state send to the ingest function', () => {
    const definition = readFileSync(join(ROOT, 'src', 'cloud/functions', 'ingest.asl.json'), 'utf8');
    expect(substitutionsFor('ingest.asl.json', definition, { IngestFunction: 'arn' })).toEqual({
      IngestFunction: 'arn',
    });
    const rag = new Synthesised({ functions: buildFolder({ 'ingest.asl.json': definition }) });
    const [rule] = rag.all('AWS::Events::Rule').filter(({ EventPattern }) => EventPattern !== undefined);
    const key = `${rule.EventPattern.detail.object.key[0].prefix}guide/a.md`;
    const detail = { bucket: { name: 'documents' }, object: { key } };
    const told = { 'detail-type': rule.EventPattern['detail-type'][0], detail };
    const body = JSON.stringify(told);
    expect(ingestTask({ Records: [{ messageId: 'm', body }] })).toMatchObject({
      kind: 'queue',
      changes: [
        {
          bucket: 'documents',
          key: 'srag/documents/default/guide/a.md',
          messages: [{ messageId: 'm', body }],
        },
      ],
      unreadable: [],
    });
  });

  it.each(['default', 'team_a', 'x'.repeat(37), 'x'.repeat(38), '9-b'])(
    'agree on the names of the indexes of the collection %s on servers',
    (collection) => {
      const version = newVersionId();
      const matches = (name: string, pattern: string) =>
        new RegExp(`^${pattern.replaceAll('?', '.')}$`).test(name);
      expect(s3VectorsName(`${collection}/indexes/${version}/`)).toSatisfy((name: string) =>
        matches(name, vectorIndexName(collection)),
      );
      const { own } = indexNames({ collection, collections: [] });
      expect(openSearchName('srag', collection, version)).toSatisfy((name: string) => matches(name, own));
    },
  );
});
