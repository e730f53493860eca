import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

/** The event that API Gateway sends to a token authorizer. */
export interface TokenEvent {
  /** The `Authorization` header. */
  readonly authorizationToken?: string;
  /** For example `arn:aws:execute-api:eu-west-1:123456789012:abc/v1/POST/query`. */
  readonly methodArn: string;
}

/** Response to API Gateway. */
export interface AuthorizerAnswer {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: '2012-10-17';
    readonly Statement: readonly {
      readonly Action: 'execute-api:Invoke';
      readonly Effect: 'Allow' | 'Deny';
      readonly Resource: string;
    }[];
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Signature algorithms that only the issuer can use: neither a shared secret (`HS256`) nor `none`. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 30;
/** Errors caused by the token. All other errors are caused by this function or the issuer's server. */
const TOKEN_FAULTS = [
  errors.JWTInvalid,
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/**
 * Decides whether a bearer token of the configured issuer and audience may call the stage. A bad token throws
 * `Unauthorized`, which API Gateway maps to 401; an unreachable issuer throws any other error (503).
 */
export function tokenAuthorizer(environment: Environment): (event: TokenEvent) => Promise<AuthorizerAnswer> {
  const issuer = required(environment, 'JWT_ISSUER');
  const audience = required(environment, 'JWT_AUDIENCE');
  const { JWT_SCOPE: scope, JWT_JWKS_URI: jwksUri } = environment;
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const issuerKeys = (): Promise<JWTVerifyGetKey> => {
    keys ??= findKeys(issuer, jwksUri).catch((error) => {
      // A failure is not cached, because the issuer may be reachable at the next request.
      keys = undefined;
      throw error;
    });
    return keys;
  };
  return async ({ authorizationToken = '', methodArn }) => {
    const token = /^bearer (\S+)$/i.exec(authorizationToken)?.[1];
    if (token === undefined) throw new Error('Unauthorized');
    const payload = await verify(token, await issuerKeys(), { issuer, audience });
    const allowed = scope === undefined || scopesOf(payload).includes(scope);
    return {
      principalId: payload.sub ?? 'anonymous',
      policyDocument: {
        Version: '2012-10-17',
        // Allow the whole stage: the response is cached by token, and the next request may be to another
        // route.
        Statement: [
          { Action: 'execute-api:Invoke', Effect: allowed ? 'Allow' : 'Deny', Resource: stageOf(methodArn) },
        ],
      },
    };
  };
}

async function verify(
  token: string,
  keys: JWTVerifyGetKey,
  expected: { readonly issuer: string; readonly audience: string },
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: expected.issuer,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp'],
    });
    if (!audiencesOf(payload).includes(expected.audience)) throw new errors.JWTInvalid('another audience');
    return payload;
  } catch (error) {
    if (TOKEN_FAULTS.some((fault) => error instanceof fault)) throw new Error('Unauthorized');
    throw error;
  }
}

/** Keys of the issuer: from the configured address, or else from its OpenID configuration. */
async function findKeys(issuer: string, jwksUri: string | undefined): Promise<JWTVerifyGetKey> {
  if (jwksUri !== undefined) return createRemoteJWKSet(new URL(jwksUri));
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(4_000) });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const { jwks_uri: found } = (await response.json()) as { jwks_uri?: unknown };
  if (typeof found !== 'string') throw new Error(`${address} contains no jwks_uri`);
  return createRemoteJWKSet(new URL(found));
}

/** The audiences of a token. Access tokens of Cognito have no `aud`; their `client_id` is the app client. */
function audiencesOf({ aud, token_use: use, client_id: client }: JWTPayload): readonly string[] {
  if (aud !== undefined) return [aud].flat();
  return use === 'access' && typeof client === 'string' ? [client] : [];
}

/**
 * The scopes of a token: in OAuth's format (`scope`, space-separated), or as a list (`scp`) of some issuers.
 */
function scopesOf(payload: JWTPayload): readonly string[] {
  const { scope, scp } = payload as { scope?: unknown; scp?: unknown };
  if (typeof scope === 'string') return scope.split(' ');
  return Array.isArray(scp) ? scp.map(String) : [];
}

const stageOf = (methodArn: string): string => `${methodArn.split('/').slice(0, 2).join('/')}/*`;

function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set.`);
  return value;
}
