import { describe, expect, it } from 'vitest';
import { type Properties, Synthesised } from './support/synthesise.ts';

const byName = (rag: Synthesised, name: string): Properties =>
  rag.all('AWS::SQS::Queue').find(({ QueueName }) => QueueName === name);

describe('functions', () => {
  const rag = new Synthesised({ auth: { kind: 'jwt', issuer: 'https://id.example', audience: 'srag' } });

  it('run Node 24 with traces, a concurrency limit, and logs that expire', () => {
    const functions = rag.all('AWS::Lambda::Function');
    expect(functions).toHaveLength(7);
    for (const one of functions) {
      expect(one).toMatchObject({
        Runtime: 'nodejs24.x',
        TracingConfig: { Mode: 'Active' },
      });
      expect(one.LoggingConfig.LogGroup.Ref).toMatch(/Logs/);
    }
    for (const { RetentionInDays } of rag.all('AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(30);
    const reserved = Object.fromEntries(
      functions.map((one) => [one.FunctionName, one.ReservedConcurrentExecutions]),
    );
    expect(reserved).toMatchObject({ 'demo-retrieve': 20, 'demo-warmup': 1, 'demo-ingest': 5 });
  });

  it('have the memory and timeout of the manifest, and the processor of their bundle', () => {
    expect(rag.function('retrieve')).toMatchObject({
      MemorySize: 1769,
      Timeout: 15,
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
    expect(rag.function('ingest')).toMatchObject({
      MemorySize: 3008,
      Timeout: 900,
      Architectures: ['x86_64'],
      Handler: 'ingest.handler',
    });
    expect(new Synthesised({ engine: 'lancedb' }).function('retrieve')).toMatchObject({
      Architectures: ['x86_64'],
      Handler: 'retrieve.handler',
    });
  });

  it('receive their settings as environment variables', () => {
    const one = new Synthesised({
      collection: 'handbook',
      index: 'snapshot@20261124T165414-f209',
      mode: 'hybrid',
      embedder: { name: 'bedrock-titan', settings: { dimensions: 512 } },
      cache: 's3',
    });
    const { Variables } = one.function('retrieve').Environment;
    expect({ ...Variables, SRAG_LOCATION: one.text(Variables.SRAG_LOCATION) }).toEqual({
      SRAG_SERVICE: 'demo',
      SRAG_ALIAS: 'live',
      SRAG_LOCATION: expect.stringMatching(/^s3:\/\/<.*Bucket.*>\/srag$/),
      SRAG_COLLECTION: 'handbook',
      SRAG_INDEX: 'snapshot@20261124T165414-f209',
      SRAG_MODE: 'hybrid',
      SRAG_EMBEDDER: 'bedrock-titan',
      SRAG_EMBEDDER_SETTINGS: '{"dimensions":512}',
      SRAG_SWITCHES: '/srag/demo',
      SRAG_QUERY_CACHE: 's3:query-cache/demo',
      SRAG_FUNCTIONS: 'demo-',
      SRAG_METRICS: 'essential',
    });
    expect(one.text(one.function('baseline').Environment.Variables.SRAG_STATE_MACHINE)).toMatch(/Workflow/);
  });

  it('accept individual concurrency limits, or none', () => {
    const one = new Synthesised({ reservedConcurrency: { retrieve: 50, stream: 'unreserved' } });
    expect(one.function('retrieve').ReservedConcurrentExecutions).toBe(50);
    expect(one.function('stream').ReservedConcurrentExecutions).toBeUndefined();
    expect(one.function('generate').ReservedConcurrentExecutions).toBe(20);
    const free = new Synthesised({ reservedConcurrency: 'unreserved' });
    for (const { ReservedConcurrentExecutions } of free.all('AWS::Lambda::Function'))
      expect(ReservedConcurrentExecutions).toBeUndefined();
  });

  it('refuse a secret in clear text, and accept a reference to one', () => {
    const settings = (apiKey: string) => ({
      generator: { name: 'openai-compatible', settings: { apiKey, model: 'm' } },
    });
    expect(() => new Synthesised(settings('sk-1234'))).toThrow(
      /generatorSettings\.apiKey would be in the template in clear text/,
    );
    const reference = '{{resolve:secretsmanager:srag:SecretString:key}}';
    expect(
      new Synthesised(settings(reference)).function('generate').Environment.Variables.SRAG_GENERATOR_SETTINGS,
    ).toContain(reference);
  });

  it('refuse a Bedrock generator without a model', () => {
    expect(() => new Synthesised({ generator: { name: 'bedrock' } })).toThrow(
      /generator 'bedrock' names no model/,
    );
  });
});

describe('stored data', () => {
  it('is retained, encrypted, private and accessible by TLS only', () => {
    const rag = new Synthesised();
    rag.template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    const bucket = rag.one('AWS::S3::Bucket');
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(
      bucket.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm,
    ).toBe('AES256');
    const denied = rag.one('AWS::S3::BucketPolicy').PolicyDocument.Statement;
    expect(denied).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
    expect(bucket.VersioningConfiguration).toBeUndefined();
  });

  it('expires if it is a cached answer, an unfinished upload or, if kept, an old version', () => {
    const rules = (settings: object) =>
      Object.fromEntries(
        new Synthesised(settings)
          .one('AWS::S3::Bucket')
          .LifecycleConfiguration.Rules.map((rule: Properties) => [rule.Id, rule]),
      );
    expect(rules({})).toMatchObject({
      'cached-answers': { Prefix: 'srag/query-cache/', ExpirationInDays: 1 },
      'unfinished-uploads': { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    });
    expect(rules({ versioned: true })['old-versions'].NoncurrentVersionExpiration).toEqual({
      NoncurrentDays: 30,
    });
  });

  it('is encrypted with one KMS key of the deployment if kms is true', () => {
    const rag = new Synthesised({ kms: true, cache: 'dynamodb', waf: true });
    expect(rag.one('AWS::KMS::Key').EnableKeyRotation).toBe(true);
    rag.template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'RetainExceptOnCreate' });
    expect(
      rag.one('AWS::S3::Bucket').BucketEncryption.ServerSideEncryptionConfiguration[0]
        .ServerSideEncryptionByDefault.SSEAlgorithm,
    ).toBe('aws:kms');
    expect(rag.one('AWS::DynamoDB::Table').SSESpecification).toMatchObject({
      SSEEnabled: true,
      SSEType: 'KMS',
    });
    for (const queue of rag.all('AWS::SQS::Queue')) expect(queue.KmsMasterKeyId).toBeDefined();
    for (const group of rag.all('AWS::Logs::LogGroup')) expect(group.KmsKeyId).toBeDefined();
    for (const one of rag.all('AWS::Lambda::Function')) expect(one.KmsKeyArn).toBeDefined();
    expect(rag.one('AWS::SNS::Topic').KmsMasterKeyId).toBeDefined();
    expect(rag.actionsOf('retrieve')).toContain('kms:Decrypt');
    expect(rag.actionsOf('ingest')).toContain('kms:GenerateDataKey');
  });

  it('can be in an existing bucket, which is not modified', () => {
    const rag = new Synthesised({ bucket: 'company-data', prefix: 'teams/search' });
    rag.template.resourceCountIs('AWS::S3::Bucket', 0);
    rag.template.resourceCountIs('AWS::S3::BucketPolicy', 0);
    expect(rag.function('retrieve').Environment.Variables.SRAG_LOCATION).toBe(
      's3://company-data/teams/search',
    );
  });
});

describe('the answer cache', () => {
  it('is a table whose items expire', () => {
    const rag = new Synthesised({ cache: 'dynamodb' });
    expect(rag.one('AWS::DynamoDB::Table')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    expect(rag.text(rag.function('retrieve').Environment.Variables.SRAG_QUERY_CACHE)).toMatch(
      /^dynamodb:<.*>$/,
    );
  });

  it.each(['none', 'memory'] as const)('creates no table for the setting %s', (cache) => {
    const rag = new Synthesised({ cache });
    rag.template.resourceCountIs('AWS::DynamoDB::Table', 0);
    expect(rag.function('retrieve').Environment.Variables.SRAG_QUERY_CACHE).toBe(cache);
  });
});

describe('switches', () => {
  it('have initial values, and can be changed without a deployment', () => {
    const rag = new Synthesised({ switches: { 'query-cache-minutes': '5' } });
    const values = Object.fromEntries(rag.all('AWS::SSM::Parameter').map(({ Name, Value }) => [Name, Value]));
    expect(values).toEqual({
      '/srag/demo/warmup': 'on',
      '/srag/demo/query-cache': 'on',
      '/srag/demo/query-cache-minutes': '5',
      '/srag/demo/compression': 'off',
      '/srag/demo/index': 'default',
      '/srag/demo/prices': 'default',
    });
  });

  it('are refused if their name is unknown', () => {
    expect(() => new Synthesised({ switches: { cache: 'on' } })).toThrow(
      /There is no switch 'cache'; known: warmup, /,
    );
  });
});

describe('the state machine behind POST /query', () => {
  const rag = new Synthesised();
  const [express] = rag
    .all('AWS::StepFunctions::StateMachine')
    .filter(({ StateMachineType }) => StateMachineType === 'EXPRESS');

  it('is Express, calls the functions of this deployment, and does not log questions', () => {
    expect(Object.keys(express.DefinitionSubstitutions).sort()).toEqual([
      'GenerateFunction',
      'RetrieveFunction',
    ]);
    expect(rag.text(express.DefinitionSubstitutions.RetrieveFunction)).toMatch(/retrieveLive/);
    expect(express.TracingConfiguration).toEqual({ Enabled: true });
    expect(express.LoggingConfiguration).toMatchObject({ Level: 'ERROR', IncludeExecutionData: false });
    expect(JSON.parse(express.DefinitionString).TimeoutSeconds).toBeUndefined();
  });
});

describe('ingest', () => {
  const rag = new Synthesised({ collection: 'handbook' });

  it('handles documents in order, with one message group per collection and a dead-letter queue', () => {
    const [rule] = rag.all('AWS::Events::Rule').filter(({ EventPattern }) => EventPattern !== undefined);
    expect(rule.EventPattern.detail.object.key).toEqual([{ prefix: 'srag/documents/handbook/' }]);
    expect(rule.EventPattern['detail-type']).toEqual(['Object Created', 'Object Deleted']);
    expect(rule.Targets[0].SqsParameters).toEqual({ MessageGroupId: 'handbook' });
    const queue = byName(rag, 'demo-ingest.fifo');
    expect(queue).toMatchObject({
      FifoQueue: true,
      VisibilityTimeout: 5_400,
      RedrivePolicy: { maxReceiveCount: 30 },
    });
    expect(byName(rag, 'demo-ingest-dead.fifo')).toMatchObject({
      FifoQueue: true,
      MessageRetentionPeriod: 1_209_600,
    });
    // EventBridge supports only standard queues as dead-letter queues.
    expect(rag.text(rule.Targets[0].DeadLetterConfig.Arn)).toMatch(/Undelivered/);
    expect(byName(rag, 'demo-undelivered').FifoQueue).toBeUndefined();
  });

  it('reports which messages of a batch failed', () => {
    const mappings = rag.all('AWS::Lambda::EventSourceMapping');
    expect(mappings.map(({ EventSourceArn }) => rag.text(EventSourceArn))).toEqual([
      expect.stringMatching(/Queue.*\.Arn/),
      expect.stringMatching(/Publications.*\.Arn/),
    ]);
    for (const mapping of mappings)
      expect(mapping).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: 2 },
      });
  });

  it('publishes the changes of a window together: the delay of the publish queue exceeds the window', () => {
    const publications = byName(rag, 'demo-publish.fifo');
    expect(publications).toMatchObject({ FifoQueue: true, VisibilityTimeout: 5_400 });
    const { Environment, Timeout } = rag.function('ingest');
    const { SRAG_PUBLISH_WINDOW_SECONDS: window, ...variables } = Environment.Variables;
    expect(publications.DelaySeconds).toBeGreaterThan(Number(window));
    expect(publications.VisibilityTimeout).toBeGreaterThanOrEqual(Timeout);
    expect(rag.text(variables.SRAG_PUBLISH_QUEUE)).toMatch(/Publications/);
    expect(rag.text(variables.SRAG_INGEST_QUEUE)).toMatch(/Queue/);
    expect(rag.text(variables.SRAG_DEAD_LETTERS)).toMatch(/DeadLetters/);
    expect(new Synthesised().function('baseline').Environment.Variables.SRAG_DEAD_LETTERS).toBeUndefined();
  });

  it('may send messages only to the publish queue and the dead-letter queue', () => {
    const [send] = rag.statementsOf('ingest').filter(({ Action }) => Action === 'sqs:SendMessage');
    expect(send.Resource.map((arn: Properties) => rag.text(arn))).toEqual([
      expect.stringMatching(/DeadLetters.*\.Arn/),
      expect.stringMatching(/Publications.*\.Arn/),
    ]);
  });

  it('has space in /tmp for documents and an index', () => {
    expect(rag.function('ingest').EphemeralStorage).toEqual({ Size: 2_048 });
    expect(new Synthesised({ ingestStorageMb: 10_240 }).function('ingest').EphemeralStorage).toEqual({
      Size: 10_240,
    });
    expect(rag.function('retrieve').EphemeralStorage).toBeUndefined();
  });

  it('is notified by EventBridge events of the bucket, without a custom resource to configure them', () => {
    expect(rag.one('AWS::S3::Bucket').NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(Object.keys(rag.template.findResources('Custom::S3BucketNotifications'))).toEqual([]);
  });

  it('of many documents uses a Standard state machine, which may start executions of itself', () => {
    const [standard] = rag
      .all('AWS::StepFunctions::StateMachine')
      .filter(({ StateMachineType }) => StateMachineType === 'STANDARD');
    expect(Object.keys(standard.DefinitionSubstitutions)).toEqual(['IngestFunction']);
    const statements = rag.all('AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const own = statements.find(({ Sid }) => Sid === 'RunItems');
    expect(rag.text(own.Resource)).toBe(
      'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:demo-ingest',
    );
  });

  it('can be disabled', () => {
    const without = new Synthesised({ ingest: false, warmup: false });
    for (const type of ['AWS::SQS::Queue', 'AWS::Events::Rule', 'AWS::Lambda::EventSourceMapping'])
      without.template.resourceCountIs(type, 0);
    without.template.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
    expect(without.one('AWS::S3::Bucket').NotificationConfiguration).toBeUndefined();
  });
});

describe('the warm-up', () => {
  it('runs with the configured interval and concurrency', () => {
    const rag = new Synthesised({ warmup: { everyMinutes: 3, concurrency: 4 } });
    const [rule] = rag
      .all('AWS::Events::Rule')
      .filter(({ ScheduleExpression }) => ScheduleExpression !== undefined);
    expect(rule.ScheduleExpression).toBe('rate(3 minutes)');
    expect(JSON.parse(rule.Targets[0].Input)).toEqual({ concurrency: 4 });
  });
});

describe('props that AWS would refuse only during the deployment', () => {
  it('are refused if they violate the schemas of CloudFormation', () => {
    expect(() => new Synthesised({ kms: 'arn:aws:kms:eu-west-1:123456789012:key/short' })).toThrow(
      /CloudFormation Validate|validation/i,
    );
  });

  it.each([
    [{ name: 'Demo' }, /name is "Demo": it must be 2 to 32 lower-case letters/],
    [{ prefix: '/srag' }, /prefix is "\/srag"/],
    [{ collection: '_documents' }, /collection is "_documents"/],
    [
      { corsOrigins: ['*'] },
      /corsOrigins is "\*": it must be an origin such as https:\/\/example\.org; '\*' is not one/,
    ],
    [{ corsOrigins: ['https://a.example/'] }, /corsOrigins is "https:\/\/a\.example\/"/],
    [{ logRetentionDays: 31 }, /logRetentionDays is 31: it must be one of 1, 3, 5/],
    [
      { auth: { kind: 'jwt', issuer: 'http://id.example', audience: 'x' } as const },
      /auth\.issuer is "http:\/\/id\.example": it must be an https address/,
    ],
    [{ warmup: { everyMinutes: 0 } }, /warmup\.everyMinutes is 0: it must be a whole number from 1 to 60/],
    [{ ingestStorageMb: 511 }, /ingestStorageMb is 511: it must be a whole number from 512 to 10240/],
    [{ reservedConcurrency: 0 }, /reservedConcurrency of 'baseline' is 0/],
  ])('are refused: %j', (settings, message) => {
    expect(() => new Synthesised(settings)).toThrow(message);
  });
});
