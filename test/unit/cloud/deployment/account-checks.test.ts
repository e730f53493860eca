import { afterEach, describe, expect, it } from 'vitest';
import { accountChecks, type Check } from '../../../../src/cloud/deployment/index.ts';
import { type LocalServer, type RecordedRequest, startHttpServer } from '../../../support/http-server.ts';
import { checkSignature, TEST_CREDENTIALS } from '../../../support/signature.ts';

/** A response with a status and a body. */
type Answer = readonly [status: number, body: string, type?: string];

const TITAN = 'amazon.titan-embed-text-v2:0';
const NOVA = 'amazon.nova-lite-v1:0';
const NOW_MS = Date.parse('2026-11-24T00:00:00Z');
const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ada</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult>
  <ResponseMetadata><RequestId>0a</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
const available = (change: object = {}) =>
  JSON.stringify({
    modelId: TITAN,
    agreementAvailability: { status: 'AVAILABLE' },
    authorizationStatus: 'AUTHORIZED',
    entitlementAvailability: 'AVAILABLE',
    regionAvailability: 'AVAILABLE',
    ...change,
  });
const models = (lifecycle: object = { status: 'ACTIVE' }) =>
  JSON.stringify({
    modelSummaries: [
      {
        modelId: TITAN,
        modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${TITAN}`,
        modelLifecycle: lifecycle,
      },
      { modelId: NOVA, modelLifecycle: { status: 'ACTIVE' } },
    ],
  });
const quota = (value: number) =>
  JSON.stringify({ Quota: { ServiceCode: 'lambda', QuotaCode: 'L-B99A9384', Value: value } });

/** Successful responses of each service. */
const GOOD: Readonly<Record<string, Answer>> = {
  sts: [200, IDENTITY, 'text/xml'],
  ssm: [200, JSON.stringify({ Parameter: { Name: '/cdk-bootstrap/hnb659fds/version', Value: '32' } })],
  quota: [200, quota(1000)],
  models: [200, models()],
  availability: [200, available()],
};

function questionOf({ body, path, headers }: RecordedRequest): string {
  const target = String(headers['x-amz-target'] ?? '');
  if (body.includes('Action=GetCallerIdentity')) return 'sts';
  if (target === 'AmazonSSM.GetParameter') return 'ssm';
  if (target === 'ServiceQuotasV20190624.GetServiceQuota') return 'quota';
  if (target === 'ServiceQuotasV20190624.GetAWSDefaultServiceQuota') return 'default quota';
  if (path === '/foundation-models') return 'models';
  return path.startsWith('/foundation-model-availability/') ? 'availability' : 'unknown';
}

let server: LocalServer;
afterEach(() => server.stop());

interface Run {
  readonly answers?: Readonly<Record<string, Answer>>;
  readonly reserved?: number;
  readonly isReservationAsked?: boolean;
  readonly model?: string;
  readonly region?: string;
}

async function run({
  answers = {},
  reserved = 83,
  isReservationAsked = false,
  model = TITAN,
  region,
}: Run = {}): Promise<Record<string, Check>> {
  server = await startHttpServer((request, response) => {
    const [status, body, type = 'application/x-amz-json-1.1'] = { ...GOOD, ...answers }[
      questionOf(request)
    ] ?? [404, ''];
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  const { accessKeyId, secretAccessKey, sessionToken } = TEST_CREDENTIALS;
  const checks = await accountChecks(
    {
      region: 'eu-west-1',
      environment: {
        AWS_ENDPOINT_URL: server.url,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
    },
    { models: [{ purpose: 'embedder', model, region }], reserved, isReservationAsked, nowMs: NOW_MS },
  );
  return Object.fromEntries(checks.map((one) => [one.name, one]));
}

describe('checks of a ready account', () => {
  it('all pass, and each states its finding', async () => {
    const checks = await run();
    expect(checks).toEqual({
      'aws region': { name: 'aws region', status: 'ok', detail: 'eu-west-1' },
      'aws credentials': {
        name: 'aws credentials',
        status: 'ok',
        detail: 'account 123456789012, arn:aws:iam::123456789012:user/ada',
      },
      'cdk bootstrap': { name: 'cdk bootstrap', status: 'ok', detail: 'bootstrapped, version 32' },
      'lambda quota': {
        name: 'lambda quota',
        status: 'ok',
        detail: '1000 concurrent executions; the deployment reserves 83',
      },
      'api gateway quota': {
        name: 'api gateway quota',
        status: 'ok',
        detail: '1000 requests a second for all APIs of the region',
      },
      'embedder model': {
        name: 'embedder model',
        status: 'ok',
        detail: `${TITAN} is active and may be used`,
      },
    });
  });

  it('sign requests as the AWS SDK does', async () => {
    await run();
    const signatures = await Promise.all(
      server.requests.map(async (request) => [questionOf(request), await checkSignature(request)]),
    );
    expect(Object.fromEntries(signatures)).toEqual({
      sts: { region: 'eu-west-1', service: 'sts', isValid: true },
      ssm: { region: 'eu-west-1', service: 'ssm', isValid: true },
      quota: { region: 'eu-west-1', service: 'servicequotas', isValid: true },
      models: { region: 'eu-west-1', service: 'bedrock', isValid: true },
      availability: { region: 'eu-west-1', service: 'bedrock', isValid: true },
    });
    for (const { headers } of server.requests)
      expect(headers['x-amz-security-token']).toBe('token-of-a-role');
  });

  it("ask Bedrock about a model in the region of the model's adapter", async () => {
    await run({ region: 'us-west-2' });
    const asked = server.requests.find((request) => questionOf(request) === 'models');
    expect((await checkSignature(asked!)).region).toBe('us-west-2');
  });
});

describe('credentials', () => {
  it('stop the checks if they are invalid, and the failed check shows the message of AWS', async () => {
    const refusal = `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>`;
    const checks = await run({ answers: { sts: [403, refusal, 'text/xml'] } });
    expect(Object.keys(checks)).toEqual(['aws region', 'aws credentials']);
    expect(checks['aws credentials']).toMatchObject({
      status: 'failed',
      detail:
        'ACCESS_DENIED: AWS STS: InvalidClientTokenId, The security token included in the request is invalid.',
    });
  });

  it('fail the check if they are missing, with a remedy that names the variables to set', async () => {
    server = await startHttpServer(() => {});
    const environment = { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-west-1' };
    const checks = await accountChecks(
      { environment, profile: 'no-such-profile' },
      { models: [], reserved: 0, isReservationAsked: false, nowMs: NOW_MS },
    );
    expect(checks.at(-1)).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(/^CREDENTIALS_MISSING: There are no AWS credentials/),
    });
    expect(checks.at(-1)?.remedy).toContain('AWS_ACCESS_KEY_ID');
  });
});

describe('the CDK bootstrap', () => {
  it.each([
    ['missing', [400, '{"__type":"ParameterNotFound"}'], 'eu-west-1 is not bootstrapped for CDK'],
    ['too old', [200, '{"Parameter":{"Value":"5"}}'], 'bootstrapped at version 5, older than 6'],
  ] as const)('fails the check if it is %s, with the bootstrap command as remedy', async (_, ssm, detail) => {
    const { 'cdk bootstrap': found } = await run({ answers: { ssm } });
    expect(found).toMatchObject({ status: 'failed', detail });
    expect(found?.remedy).toContain('srag deploy --bootstrap --region eu-west-1');
  });

  it('fails the check if reading its version is denied, and names the required permission', async () => {
    const ssm: Answer = [
      400,
      '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: ada is not authorized"}',
    ];
    const { 'cdk bootstrap': found } = await run({ answers: { ssm } });
    expect(found).toMatchObject({
      status: 'failed',
      detail: 'ACCESS_DENIED: SSM: AccessDeniedException, User: ada is not authorized',
    });
    expect(found?.remedy).toContain('ssm:GetParameter on /cdk-bootstrap/hnb659fds/version');
  });
});

describe('quotas', () => {
  it.each([
    [true, 'failed', "Set deploy.reservedConcurrency to 'unreserved'"],
    [false, 'warning', 'the functions share the limit'],
  ] as const)(
    'that are too small for the reservations (requested by the user: %s) are reported as %s',
    async (isReservationAsked, status, remedy) => {
      const answers = { quota: [200, quota(182)] } as const;
      const { 'lambda quota': found } = await run({ answers, isReservationAsked });
      expect(found).toMatchObject({
        status,
        detail:
          '182 concurrent executions; the deployment reserves 83, and Lambda keeps 100 for functions without a reservation',
      });
      expect(found?.remedy).toContain(remedy);
    },
  );

  it('pass the check if they suffice, or if the deployment reserves nothing', async () => {
    expect((await run({ answers: { quota: [200, quota(183)] } }))['lambda quota']?.status).toBe('ok');
    await server.stop();
    expect((await run({ answers: { quota: [200, quota(10)] }, reserved: 0 }))['lambda quota']?.status).toBe(
      'ok',
    );
  });

  it('are read from the default values of AWS if the account never changed them', async () => {
    const answers: Readonly<Record<string, Answer>> = {
      quota: [400, '{"__type":"NoSuchResourceException","Message":"no applied quota"}'],
      'default quota': [200, quota(10)],
    };
    const { 'lambda quota': found } = await run({ answers, reserved: 5, isReservationAsked: true });
    expect(found).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('10 concurrent executions'),
    });
  });

  it('cause a warning if the account may not read them', async () => {
    const { 'lambda quota': found } = await run({
      answers: { quota: [400, '{"__type":"AccessDeniedException"}'] },
    });
    expect(found).toMatchObject({
      status: 'warning',
      detail: 'not known: Service Quotas: AccessDeniedException',
    });
    expect(found?.remedy).toContain('servicequotas:GetServiceQuota');
  });
});

describe('a model of Bedrock', () => {
  const model = async (answers: Run['answers'], asked = TITAN) =>
    (await run({ answers: answers ?? {}, model: asked }))['embedder model'];

  it('fails the check if Bedrock no longer lists it', async () => {
    expect(await model({}, 'anthropic.claude-3-5-sonnet-20240620-v1:0')).toMatchObject({
      status: 'failed',
      detail: 'anthropic.claude-3-5-sonnet-20240620-v1:0 is not offered in eu-west-1',
      remedy: expect.stringContaining('Retired models'),
    });
  });

  it.each([
    [
      'ends soon',
      { status: 'LEGACY', endOfLifeTime: '2027-01-15T00:00:00Z' },
      'warning',
      'legacy, ends on 2027-01-15',
    ],
    ['is legacy', { status: 'LEGACY' }, 'warning', 'is legacy'],
    [
      'ends within 90 days, though active',
      { status: 'ACTIVE', endOfLifeTime: 1_799_000_000 },
      'warning',
      'active, ends on 2027-01-03',
    ],
    [
      'has ended',
      { status: 'LEGACY', endOfLifeTime: '2026-03-01T00:00:00Z' },
      'failed',
      'end of life, ends on 2026-03-01',
    ],
    [
      'ends in years',
      { status: 'ACTIVE', endOfLifeTime: '2029-01-01T00:00:00Z' },
      'ok',
      'may be used, ends on 2029-01-01',
    ],
  ] as const)('that %s is reported', async (_, lifecycle, status, words) => {
    expect(await model({ models: [200, models(lifecycle)] })).toMatchObject({
      status,
      detail: expect.stringContaining(words),
    });
  });

  it.each([
    ['that is not authorised', { authorizationStatus: 'NOT_AUTHORIZED' }, 'the account may not use'],
    [
      'without an agreement',
      { agreementAvailability: { status: 'NOT_AVAILABLE' } },
      'agreement for amazon.titan-embed-text-v2:0 is not available',
    ],
    [
      'that is not available in the region',
      { regionAvailability: 'NOT_AVAILABLE' },
      'cannot be used in eu-west-1',
    ],
  ])('%s fails the check with a remedy', async (_, change, words) => {
    const found = await model({ availability: [200, available(change)] });
    expect(found).toMatchObject({ status: 'failed', detail: expect.stringContaining(words) });
    expect(found?.remedy).toMatch(/Model access|another region/);
  });

  it.each([`us.${NOVA}`, `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.${NOVA}`])(
    'of the inference profile %s is checked',
    async (profile) => {
      expect(await model({}, profile)).toMatchObject({
        status: 'ok',
        detail: `${NOVA} is active and may be used`,
      });
      expect(server.requests.map(({ path }) => path)).toContain(`/foundation-model-availability/${NOVA}`);
    },
  );

  it('fails the check with AWS_UNAVAILABLE if Bedrock is unavailable', async () => {
    expect(await model({ models: [503, '{"message":"busy"}'] })).toMatchObject({
      status: 'failed',
      detail: 'AWS_UNAVAILABLE: Bedrock: HTTP 503, busy',
    });
  });
});
