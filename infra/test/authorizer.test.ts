import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuthorizerAnswer, TokenEvent } from '../src/authorizer/token-authorizer.ts';
import { bundle } from '../src/authorizer-code.ts';

type Handler = (event: TokenEvent) => Promise<AuthorizerAnswer>;

const METHOD = 'arn:aws:execute-api:eu-west-1:123456789012:abc/v1/POST/query';
let server: Server;
let issuer: string;
let asked: string[] = [];
let isDown = false;
const keys = await generateKeyPair('ES256', { extractable: true });
const others = await generateKeyPair('ES256');

beforeAll(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    if (isDown) response.writeHead(503).end('down');
    else if (url === '/tenant/.well-known/openid-configuration')
      response.end(JSON.stringify({ issuer, jwks_uri: `${new URL(issuer).origin}/keys` }));
    else if (url === '/keys') response.end(JSON.stringify({ keys: [jwk] }));
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant`;
});
afterAll(() => void server.close());

/** Bundles the authorizer as a deployment does, and loads its handler with these environment variables. */
async function deployed(environment: Record<string, string> = {}): Promise<Handler> {
  const file = join(tmpdir(), `authorizer-${Math.random()}.mjs`);
  bundle(file);
  const before = { ...process.env };
  Object.assign(process.env, { JWT_ISSUER: issuer, JWT_AUDIENCE: 'srag', ...environment });
  try {
    return ((await import(pathToFileURL(file).href)) as { handler: Handler }).handler;
  } finally {
    for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_SCOPE', 'JWT_JWKS_URI'])
      if (before[name] === undefined) delete process.env[name];
  }
}

const token = (
  claims: JWTPayload = {},
  {
    key = keys.privateKey,
    kid = 'one',
    expires = '5m',
  }: { key?: typeof keys.privateKey; kid?: string; expires?: string } = {},
): Promise<string> =>
  new SignJWT({ sub: 'ada', iss: issuer, aud: 'srag', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(key);
const ask = (handler: Handler, text: string) =>
  handler({ authorizationToken: `Bearer ${text}`, methodArn: METHOD });
const effect = ({ policyDocument }: AuthorizerAnswer) => policyDocument.Statement[0]!.Effect;

describe('the token authorizer', () => {
  it('allows a valid token to call every route, because API Gateway caches the decision per token', async () => {
    const answer = await ask(await deployed(), await token());
    expect(answer).toEqual({
      principalId: 'ada',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: 'arn:aws:execute-api:eu-west-1:123456789012:abc/v1/*',
          },
        ],
      },
    });
  });

  it("fetches the issuer's keys once", async () => {
    const handler = await deployed();
    asked = [];
    for (let count = 0; count < 3; count++) await ask(handler, await token());
    expect(asked).toEqual(['/tenant/.well-known/openid-configuration', '/keys']);
  });

  it('fetches keys from the configured address', async () => {
    const handler = await deployed({ JWT_JWKS_URI: `${new URL(issuer).origin}/keys` });
    asked = [];
    expect(effect(await ask(handler, await token()))).toBe('Allow');
    expect(asked).toEqual(['/keys']);
  });

  it('accepts access tokens of Cognito, which name the app client instead of an audience', async () => {
    const handler = await deployed();
    const access = { aud: undefined, token_use: 'access' } as const;
    const answer = await ask(handler, await token({ ...access, client_id: 'srag' }));
    expect(effect(answer)).toBe('Allow');
    for (const claims of [{ ...access, client_id: 'other' }, access, { aud: undefined, client_id: 'srag' }])
      await expect(ask(handler, await token(claims))).rejects.toThrow(/^Unauthorized$/);
  });

  it.each([
    ['of another issuer', () => token({ iss: 'https://evil.example' })],
    ['for another audience', () => token({ aud: 'other' })],
    ['that has expired', () => token({}, { expires: '-2m' })],
    ['signed with another key', () => token({}, { key: others.privateKey })],
    ['of a key that the issuer does not know', () => token({}, { kid: 'two' })],
    [
      'whose claims were changed',
      async () =>
        (await token()).replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"eve"}').toString('base64url')}.`),
    ],
    [
      'without a signature',
      async () => {
        const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
        return `${encode({ alg: 'none' })}.${encode({ iss: issuer, aud: 'srag', exp: 4e9 })}.`;
      },
    ],
    [
      'signed with a shared secret',
      () =>
        new SignJWT({ iss: issuer, aud: 'srag' })
          .setProtectedHeader({ alg: 'HS256', kid: 'one' })
          .setExpirationTime('5m')
          .sign(Buffer.alloc(32, 1)),
    ],
    [
      'that never expires',
      () =>
        new SignJWT({ iss: issuer, aud: 'srag' })
          .setProtectedHeader({ alg: 'ES256', kid: 'one' })
          .sign(keys.privateKey),
    ],
    ['that is no token', async () => 'abc'],
  ])('refuses a token %s', async (_, make) => {
    await expect(ask(await deployed(), await make())).rejects.toThrow(/^Unauthorized$/);
  });

  it('refuses anything but a bearer token', async () => {
    const handler = await deployed();
    for (const authorizationToken of ['', 'Basic abc', 'Bearer', 'Bearer a b'])
      await expect(handler({ authorizationToken, methodArn: METHOD })).rejects.toThrow(/^Unauthorized$/);
  });

  it('denies a token without the required scope', async () => {
    const handler = await deployed({ JWT_SCOPE: 'ask' });
    expect(effect(await ask(handler, await token({ scope: 'read ask' })))).toBe('Allow');
    expect(effect(await ask(handler, await token({ scp: ['ask'] })))).toBe('Allow');
    expect(effect(await ask(handler, await token({ scope: 'asking' })))).toBe('Deny');
    expect(effect(await ask(handler, await token()))).toBe('Deny');
  });

  it('does not report an unreachable issuer as a bad token, and contacts the issuer again later', async () => {
    const handler = await deployed();
    isDown = true;
    const failed = ask(handler, await token());
    await expect(failed).rejects.toThrow(/openid-configuration answered 503/);
    isDown = false;
    expect(effect(await ask(handler, await token()))).toBe('Allow');
  });
});
