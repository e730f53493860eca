import {
  type ResponseType as GatewayResponseType,
  ResponseType,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { AuthProps } from './props.ts';

/** What API Gateway answers by itself, as a problem of RFC 9457. */
interface GatewayProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
}

const problem = (
  status: number,
  code: string,
  title: string,
  detail: string,
  retryAfterSeconds?: number,
): GatewayProblem => ({
  status,
  code,
  title,
  detail,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

const refused = (detail: string): GatewayProblem => problem(403, 'ACCESS_DENIED', 'Forbidden', detail);

/**
 * By type. A path that does not exist and a request without a signature have the same type with IAM (nothing was
 * matched before who asks was known); without IAM it is a path that does not exist.
 */
function problems(auth: AuthProps): readonly (readonly [GatewayResponseType, GatewayProblem])[] {
  const unmatched =
    auth.kind === 'iam'
      ? refused('The request is not signed, or there is no such route.')
      : problem(404, 'NOT_FOUND', 'Not found', 'There is no such route for this method.');
  return [
    [
      ResponseType.THROTTLED,
      problem(429, 'THROTTLED', 'Too many requests', 'More requests than this deployment serves.', 1),
    ],
    [
      ResponseType.QUOTA_EXCEEDED,
      problem(429, 'THROTTLED', 'Too many requests', 'The quota of this API key is used up.', 3600),
    ],
    [
      ResponseType.INTEGRATION_TIMEOUT,
      problem(504, 'TIMEOUT', 'Gateway timeout', 'The function did not answer in time.', 5),
    ],
    [
      ResponseType.INTEGRATION_FAILURE,
      problem(502, 'INTERNAL', 'Bad gateway', 'The function could not be asked, or failed.', 1),
    ],
    [
      ResponseType.AUTHORIZER_FAILURE,
      problem(503, 'INTERNAL', 'Service unavailable', 'The token could not be checked.', 5),
    ],
    [
      ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
      problem(503, 'INTERNAL', 'Service unavailable', 'The token could not be checked.', 60),
    ],
    [
      ResponseType.API_CONFIGURATION_ERROR,
      problem(502, 'INTERNAL', 'Bad gateway', 'The function cannot be reached as it is configured.'),
    ],
    [
      ResponseType.UNAUTHORIZED,
      problem(
        401,
        'ACCESS_DENIED',
        'Unauthorized',
        'The token is missing, expired or not of the expected issuer.',
      ),
    ],
    [ResponseType.ACCESS_DENIED, refused('These credentials may not call this route.')],
    [ResponseType.INVALID_API_KEY, refused('The API key is missing or not known: send it as x-api-key.')],
    [ResponseType.INVALID_SIGNATURE, refused('The signature does not match the request.')],
    [
      ResponseType.EXPIRED_TOKEN,
      refused('The signature has expired: check the clock, and renew the credentials.'),
    ],
    [ResponseType.MISSING_AUTHENTICATION_TOKEN, unmatched],
    [ResponseType.WAF_FILTERED, refused('The firewall refused this request.')],
    [ResponseType.RESOURCE_NOT_FOUND, problem(404, 'NOT_FOUND', 'Not found', 'There is no such route.')],
    [
      ResponseType.REQUEST_TOO_LARGE,
      problem(413, 'INVALID_ARGUMENT', 'Content too large', 'The request is over 10 MB.'),
    ],
    [
      ResponseType.UNSUPPORTED_MEDIA_TYPE,
      problem(415, 'INVALID_ARGUMENT', 'Unsupported media type', 'Send JSON as application/json.'),
    ],
    [
      ResponseType.BAD_REQUEST_BODY,
      problem(400, 'INVALID_ARGUMENT', 'Bad request', 'The body is not valid.'),
    ],
    [
      ResponseType.BAD_REQUEST_PARAMETERS,
      problem(400, 'INVALID_ARGUMENT', 'Bad request', 'A parameter is not valid.'),
    ],
    // Defaults keep the status that API Gateway chose.
    [
      ResponseType.DEFAULT_5XX,
      problem(502, 'INTERNAL', 'Bad gateway', 'The request could not be handled.', 1),
    ],
  ];
}

/** Makes every answer of the gateway itself a problem, with `Retry-After` where asking again may help. */
export function addGatewayProblems(api: RestApi, auth: AuthProps, corsOrigins: readonly string[]): void {
  // A gateway response has no way to choose between origins: with several, none is named and browsers hide the answer.
  const origin = corsOrigins.length === 1 ? corsOrigins[0] : undefined;
  for (const [type, { status, code, title, detail, retryAfterSeconds }] of problems(auth)) {
    const body = { type: 'about:blank', title, status, code, detail, requestId: '$context.requestId' };
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(status),
      responseHeaders: {
        'Content-Type': "'application/problem+json'",
        'Cache-Control': "'no-store'",
        ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': `'${retryAfterSeconds}'` }),
        ...(origin === undefined ? {} : { 'Access-Control-Allow-Origin': `'${origin}'`, Vary: "'Origin'" }),
      },
      templates: { 'application/json': JSON.stringify(body) },
    });
  }
}
