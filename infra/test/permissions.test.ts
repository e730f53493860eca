import { describe, expect, it } from 'vitest';
import { Synthesised } from './support/synthesise.ts';

const OWN = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'ssm:GetParametersByPath',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
const READ = ['s3:GetObject', 's3:ListBucket'];
const MODELS = {
  embedder: { name: 'bedrock-titan' },
  generator: { name: 'bedrock', settings: { model: 'us.amazon.nova-lite-v1:0' } },
  reranker: { name: 'bedrock', settings: { region: 'us-west-2' } },
};

describe('permissions of functions', () => {
  const rag = new Synthesised({ cache: 'dynamodb', ...MODELS });
  const ask = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];
  const rerank = ['bedrock:InvokeModel', 'bedrock:Rerank'];
  const cache = ['dynamodb:GetItem', 'dynamodb:PutItem'];

  it.each([
    ['baseline', [...OWN, ...READ, ...cache, 'states:StartSyncExecution']],
    ['retrieve', [...OWN, ...READ, ...ask, ...rerank]],
    ['generate', [...OWN, ...READ, ...ask]],
    ['stream', [...OWN, ...READ, ...ask, ...ask, ...rerank]],
    ['warmup', [...OWN, 'lambda:InvokeFunction']],
    [
      'ingest',
      [
        ...OWN,
        ...READ,
        ...ask,
        ...['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
        ...[
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:GetQueueUrl',
          'sqs:ReceiveMessage',
          'sqs:SendMessage',
        ],
      ],
    ],
  ])('of the function %s are exactly those that it needs', (name, actions) => {
    expect([...new Set(rag.actionsOf(name))]).toEqual([...new Set(actions)].sort());
  });

  it('allow deriving the signing key only where indexes are read or written', () => {
    const kmsKey = 'arn:aws:kms:eu-west-1:123456789012:key/mac';
    const signed = new Synthesised({ signing: { kmsKey } });
    const names = ['baseline', 'retrieve', 'generate', 'stream', 'warmup', 'ingest'];
    const statements = names.map((name) =>
      signed.statementsOf(name).filter(({ Sid }) => Sid === 'SigningKey'),
    );
    expect(statements.map(({ length }) => length)).toEqual([0, 1, 1, 1, 0, 1]);
    expect(statements[1]![0]).toMatchObject({ Action: 'kms:GenerateMac', Resource: kmsKey });
    expect(() => new Synthesised({ signing: { kmsKey: 'alias/mac' } })).toThrow(/signing\.kmsKey/);
  });

  it('name the ARN of each allowed model, and of an inference profile together with its models', () => {
    const arns = (sid: string, name: string) =>
      rag
        .statementsOf(name)
        .filter(({ Sid }) => Sid === sid || Sid === `${sid}BehindProfile`)
        .flatMap(({ Resource }) => [Resource].flat().map((resource) => rag.text(resource)));
    expect(arns('EmbeddingModel', 'retrieve')).toEqual([
      'arn:<AWS::Partition>:bedrock:<AWS::Region>::foundation-model/amazon.titan-embed-text-v2:0',
    ]);
    expect(arns('AnswerModel', 'stream')).toEqual([
      'arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:inference-profile/us.amazon.nova-lite-v1:0',
      'arn:<AWS::Partition>:bedrock:*::foundation-model/amazon.nova-lite-v1:0',
    ]);
    expect(arns('RerankModel', 'retrieve')).toEqual([
      'arn:<AWS::Partition>:bedrock:us-west-2::foundation-model/cohere.rerank-v3-5:0',
    ]);
  });

  it('allow the models behind a profile only through that profile', () => {
    const profile = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/0a1b2c3d4e5f';
    const one = new Synthesised({ generator: { name: 'bedrock', settings: { model: profile } } });
    const behind = (of: Synthesised) =>
      of.statementsOf('stream').filter(({ Sid }) => Sid === 'AnswerModelBehindProfile');
    expect(behind(one)).toHaveLength(1);
    expect(behind(one)[0].Condition).toEqual({ StringEquals: { 'bedrock:InferenceProfileArn': profile } });
    expect(one.text(behind(one)[0].Resource)).toBe('arn:<AWS::Partition>:bedrock:*::foundation-model/*');
    const condition = behind(rag)[0].Condition.StringEquals['bedrock:InferenceProfileArn'];
    expect(rag.text(condition)).toMatch(/:inference-profile\/us\.amazon\.nova-lite-v1:0$/);
  });

  it('allow retrieve to call the model of the generator only if that rewrites questions', () => {
    const generator = { name: 'bedrock', settings: { model: 'amazon.nova-lite-v1:0' } };
    const granted = (answer: { rewrite?: 'rules' | 'model' }) =>
      new Synthesised({ generator, answer })
        .statementsOf('retrieve')
        .filter(({ Sid }) => Sid === 'AnswerModel');
    expect(granted({ rewrite: 'model' })).toHaveLength(1);
    expect(granted({ rewrite: 'rules' })).toEqual([]);
    expect(granted({})).toEqual([]);
  });

  it('allow a guardrail only where answers are generated', () => {
    const settings = { model: 'amazon.nova-lite-v1:0', guardrail: { id: 'gr1', version: '2' } };
    const one = new Synthesised({ generator: { name: 'bedrock', settings } });
    const granted = (name: string) =>
      one.statementsOf(name).filter(({ Action }) => Action === 'bedrock:ApplyGuardrail');
    expect(one.text(granted('generate')[0].Resource)).toBe(
      'arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:guardrail/gr1',
    );
    expect(
      ['baseline', 'retrieve', 'generate', 'stream', 'warmup', 'ingest'].map((name) => granted(name).length),
    ).toEqual([0, 0, 1, 1, 0, 0]);
    expect(rag.statementsOf('stream').flatMap(({ Action }) => Action)).not.toContain(
      'bedrock:ApplyGuardrail',
    );
  });

  it("allow reading and writing only the deployment's collections, in any bucket", () => {
    const bucketArn = 'arn:<AWS::Partition>:s3:::company-data';
    const one = new Synthesised({
      ...{
        bucket: 'company-data',
        prefix: 'teams',
        collection: 'handbook',
        collections: ['faq'],
        cache: 's3',
      },
    });
    const granted = (name: string, action: RegExp) =>
      one
        .statementsOf(name)
        .filter(({ Action }) => [Action].flat().some((each: string) => action.test(each)))
        .flatMap(({ Resource }) => [Resource].flat().map((resource) => one.text(resource)))
        .map((arn) => arn.replace(`${bucketArn}/`, ''));
    const pointers = ['teams/handbook/indexes/published.json', 'teams/faq/indexes/published.json'];
    const indexes = ['handbook', 'faq'].flatMap((name) => [
      `teams/${name}/collection.json`,
      `teams/${name}/indexes/*`,
    ]);
    const cache = ['teams/query-cache/demo/*'];
    const own = ['teams/handbook/*', 'teams/documents/handbook/*'];
    const expected = {
      baseline: [[...pointers, ...cache], cache],
      retrieve: [indexes, []],
      generate: [indexes, []],
      stream: [indexes, []],
      warmup: [[], []],
      ingest: [own, ['teams/handbook/*']],
    };
    for (const [name, [read, written]] of Object.entries(expected)) {
      expect(granted(name, /^s3:GetObject/).sort(), name).toEqual([...read!].sort());
      expect(granted(name, /^s3:(Put|Delete)Object/).sort(), name).toEqual([...written!].sort());
      const listing = one.statementsOf(name).filter(({ Action }) => Action === 's3:ListBucket');
      // Without a condition on the prefix, or with one that matches a missing prefix, the whole bucket can be
      // listed.
      expect(listing.every(({ Condition }) => Object.keys(Condition).join() === 'StringLike')).toBe(true);
      expect(listing.flatMap(({ Condition }) => Condition.StringLike['s3:prefix']).sort(), name).toEqual(
        [...read!].sort(),
      );
    }
  });

  it('are not granted for a collection named like a shared folder: the stack is refused', () => {
    for (const name of ['documents', 'query-cache']) {
      expect(() => new Synthesised({ collection: name })).toThrow(/all collections share/);
      expect(() => new Synthesised({ collections: [name] })).toThrow(/all collections share/);
    }
    expect(() => new Synthesised({ collections: ['../other'] })).toThrow(/collections is "..\/other"/);
  });

  it('come with the environment variable that lists the collections that requests may name', () => {
    expect(
      new Synthesised({ collections: ['faq', 'news'] }).function('retrieve').Environment.Variables,
    ).toMatchObject({ SRAG_COLLECTION: 'default', SRAG_COLLECTIONS: 'faq news' });
    expect(new Synthesised().function('retrieve').Environment.Variables).not.toHaveProperty(
      'SRAG_COLLECTIONS',
    );
  });

  it('allow reading and writing only below the prefix, in any bucket', () => {
    for (const settings of [{}, { bucket: 'company-data', prefix: 'teams/search' }]) {
      const one = new Synthesised(settings);
      const prefix = settings.prefix ?? 'srag';
      const objects = one
        .all('AWS::IAM::Policy')
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .filter(({ Action }) => [Action].flat().some((action: string) => /^s3:.*Object/.test(action)))
        .flatMap(({ Resource }) => [Resource].flat().map((resource) => one.text(resource)));
      expect(objects.length).toBeGreaterThan(5);
      for (const arn of objects)
        expect(arn).toMatch(new RegExp(`/${prefix}/([a-z-]+/)+([a-z]+\\.json|\\*)$`));
    }
  });

  it('apply to all resources only for actions that do not support resource-level permissions', () => {
    const everything = new Synthesised({
      ...MODELS,
      kms: true,
      waf: true,
      cache: 's3',
      auth: { kind: 'jwt', issuer: 'https://id.example', audience: 'srag' },
    });
    const actions = everything
      .all('AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Resource }) => [Resource].flat().includes('*'))
      .flatMap(({ Action }) => Action);
    expect([...new Set(actions)].sort()).toEqual([
      'bedrock:Rerank',
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('include no managed policy except that of API Gateway logs', () => {
    const managed = rag
      .all('AWS::IAM::Role')
      .flatMap(({ ManagedPolicyArns = [] }) => ManagedPolicyArns.map((arn: unknown) => rag.text(arn)));
    expect(managed).toEqual([
      'arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
    ]);
  });

  it('allow the warm-up to invoke the functions that open an index, and no others', () => {
    const [statement] = rag.statementsOf('warmup').filter(({ Sid }) => Sid === 'InvokeFunctions');
    expect(statement.Resource.map((resource: unknown) => rag.text(resource))).toEqual([
      expect.stringContaining('generate'),
      expect.stringContaining('retrieve'),
      expect.stringContaining('stream'),
    ]);
  });
});
