import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import aws4 from 'aws4';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { canaryScript } from '../src/api-canary.ts';
import { askOnce } from '../src/canary/handler.ts';
import { signedHeaders } from '../src/canary/signed-headers.ts';
import { Synthesised } from './support/synthesise.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  vi.unstubAllEnvs();
});

interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Starts a server that returns this response as the API, and a key as API Gateway's `GetApiKey` operation. */
async function api(status: number, answer: unknown) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    asked.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() });
    const isKey = request.url?.startsWith('/apikeys/');
    response
      .writeHead(isKey ? 200 : status, { 'content-type': 'application/json' })
      .end(isKey ? '{"value":"the-key"}' : JSON.stringify(answer));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
const stubKeys = (): void => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', KEYS.sessionToken);
};

describe('the script of the canary', () => {
  it.each(['/v1/retrieve', '/apikeys/abc?includeValue=true'])('signs the path %s as aws4 does', (path) => {
    const url = new URL(`https://abc.execute-api.eu-west-1.amazonaws.com${path}`);
    const now = new Date('2026-11-29T10:20:30Z');
    const request = {
      method: 'POST',
      url,
      body: '{"a":1}',
      service: 'execute-api',
      region: 'eu-west-1',
    } as const;
    const given = {
      ...{ method: 'POST', host: url.host, path: url.pathname + url.search, body: request.body },
      ...{ service: request.service, region: request.region },
      headers: { 'X-Amz-Date': '20261129T102030Z' },
      extraHeadersToIgnore: { 'content-length': true, 'content-type': true },
    };
    const theirs = aws4.sign(given, KEYS);
    expect(signedHeaders(request, KEYS, now).authorization).toBe(theirs.headers?.Authorization);
  });

  it('sends one question: signed, with an API key or without credentials, depending on the auth of the API', async () => {
    stubKeys();
    const { asked, url } = await api(200, { hits: [{}] });
    const common = { url: `${url}/v1`, region: 'eu-west-1' };
    expect(await askOnce({ ...common, auth: 'iam' })).toBe('1 hits');
    expect(await askOnce({ ...common, auth: 'none' })).toBe('1 hits');
    await askOnce({ ...common, auth: 'api-key', keyUrl: `${url}/apikeys/abc?includeValue=true` });
    expect(asked.map(({ path }) => path)).toEqual([
      ...['/v1/retrieve', '/v1/retrieve', '/apikeys/abc?includeValue=true', '/v1/retrieve'],
    ]);
    expect(asked[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 .*\/eu-west-1\/execute-api\/aws4_request/,
    );
    expect(asked[1]?.headers.authorization).toBeUndefined();
    expect(asked[2]?.headers.authorization).toMatch(/\/apigateway\/aws4_request/);
    expect(asked[3]?.headers['x-api-key']).toBe('the-key');
    expect(JSON.parse(asked[0]!.body)).toEqual({ question: 'canary', topK: 1 });
  });

  it('succeeds if no index is published yet', async () => {
    const { url } = await api(404, { code: 'NO_INDEX', status: 404 });
    expect(await askOnce({ url, region: 'eu-west-1', auth: 'none' })).toMatch(/nothing is published yet/);
  });

  it.each([
    [503, { code: 'STORAGE_UNAVAILABLE' }, /503 STORAGE_UNAVAILABLE/],
    [403, { message: 'Forbidden' }, /answered 403$/],
    [200, { message: 'no hits here' }, /answered 200$/],
  ])('fails if the API answers with status %i and body %j', async (status, answer, message) => {
    const { url } = await api(status, answer);
    await expect(askOnce({ url, region: 'eu-west-1', auth: 'none' })).rejects.toThrow(message);
  });

  it('is one CommonJS file with the export that Synthetics calls', () => {
    const module = { exports: {} as Record<string, unknown> };
    runInNewContext(canaryScript(), { module, exports: module.exports, require: () => ({}), process });
    expect(module.exports.handler).toBeTypeOf('function');
  });
});

describe('the canary', () => {
  const actions = (of: Synthesised): string[] =>
    of
      .all('AWS::IAM::Policy')
      .filter(({ Roles }) => Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith('RagCanaryRole')))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .flatMap(({ Action }) => Action)
      .sort();

  it('does not exist by default', () => {
    new Synthesised().template.resourceCountIs('AWS::Synthetics::Canary', 0);
  });

  it('queries the deployed API, by default every five minutes, and alarms on failures', () => {
    const rag = new Synthesised({ canary: {} });
    const canary = rag.one('AWS::Synthetics::Canary');
    expect(canary).toMatchObject({ Name: 'demo', Schedule: { Expression: 'rate(5 minutes)' } });
    expect(rag.text(canary.ArtifactS3Location)).toMatch(/\/srag\/canary\/demo$/);
    expect(rag.text(canary.RunConfig.EnvironmentVariables.SRAG_URL)).toMatch(/execute-api.*\/v1$/);
    const told = rag.all('AWS::CloudWatch::Alarm').map(({ AlarmDescription }) => AlarmDescription);
    expect(told.filter((text) => /canary/.test(text))).toHaveLength(1);
    const often = new Synthesised({ canary: { everyMinutes: 1 } });
    expect(often.one('AWS::Synthetics::Canary').Schedule.Expression).toBe('rate(1 minute)');
    const rules = rag.one('AWS::S3::Bucket').LifecycleConfiguration.Rules;
    expect(rules).toContainEqual(
      expect.objectContaining({ Prefix: 'srag/canary/demo/', ExpirationInDays: 31 }),
    );
  });

  const WRITES = [
    ...['cloudwatch:PutMetricData', 'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    ...['s3:GetBucketLocation', 's3:PutObject'],
  ];
  it.each([
    [{ auth: { kind: 'iam' } }, ['execute-api:Invoke']],
    [{ auth: { kind: 'api-key' } }, ['apigateway:GET']],
    [{ auth: { kind: 'none' } }, []],
    [{ auth: { kind: 'none' }, kms: true }, ['kms:Decrypt', 'kms:GenerateDataKey']],
  ] as const)('has exactly the permissions it needs: %j', (settings, more) => {
    expect(actions(new Synthesised({ canary: {}, ...settings }))).toEqual([...WRITES, ...more].sort());
  });

  it('is refused if the API requires tokens, or if its interval is invalid', () => {
    const auth = { kind: 'jwt', issuer: 'https://id.example', audience: 'srag' } as const;
    expect(() => new Synthesised({ canary: {}, auth })).toThrow(/canary is not available with auth 'jwt'/);
    expect(() => new Synthesised({ canary: { everyMinutes: 0 } })).toThrow(/canary\.everyMinutes is 0/);
  });
});
