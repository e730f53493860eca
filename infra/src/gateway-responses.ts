import {
  type ResponseType as GatewayResponseType,
  ResponseType,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { AuthProps } from './props.ts';

/** Status and title by error code; the codes are the same as those of functions and the laptop cloud. */
const TITLES = {
  INVALID_BODY: [400, 'Bad request'],
  UNAUTHENTICATED: [401, 'Unauthenticated'],
  FORBIDDEN: [403, 'Forbidden'],
  NO_SUCH_ROUTE: [404, 'Not found'],
  BODY_TOO_LARGE: [413, 'Content too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Unsupported media type'],
  GATEWAY_THROTTLED: [429, 'Too many requests'],
  FUNCTION_FAILED: [502, 'Bad gateway'],
  AUTHORIZER_FAILED: [503, 'Service unavailable'],
  GATEWAY_TIMEOUT: [504, 'Gateway timeout'],
} as const;

/** A response that API Gateway itself generates, as a problem response (RFC 9457). */
type Row = readonly [
  type: GatewayResponseType,
  code: keyof typeof TITLES,
  detail: string,
  retryAfterSeconds?: number,
];

const ROWS: readonly Row[] = [
  [ResponseType.THROTTLED, 'GATEWAY_THROTTLED', 'The gateway accepts no more requests at the moment.', 1],
  [
    ResponseType.QUOTA_EXCEEDED,
    'GATEWAY_THROTTLED',
    'The quota of this API key is used up for today.',
    3_600,
  ],
  [ResponseType.INTEGRATION_FAILURE, 'FUNCTION_FAILED', 'The function behind the API failed.', 1],
  [
    ResponseType.INTEGRATION_TIMEOUT,
    'GATEWAY_TIMEOUT',
    'The function behind the API did not respond in time.',
    5,
  ],
  [
    ResponseType.API_CONFIGURATION_ERROR,
    'FUNCTION_FAILED',
    'The deployment is not configured correctly: the function cannot be reached.',
  ],
  [ResponseType.AUTHORIZER_FAILURE, 'AUTHORIZER_FAILED', 'The token could not be checked.', 5],
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 'AUTHORIZER_FAILED', 'The token could not be checked.', 60],
  [
    ResponseType.UNAUTHORIZED,
    'UNAUTHENTICATED',
    'The token is missing, expired, or not of the expected issuer.',
  ],
  [ResponseType.ACCESS_DENIED, 'FORBIDDEN', 'These credentials may not call this route.'],
  [ResponseType.INVALID_API_KEY, 'FORBIDDEN', 'The x-api-key header contains no valid key.'],
  [ResponseType.INVALID_SIGNATURE, 'FORBIDDEN', 'The signature does not match the request.'],
  [ResponseType.EXPIRED_TOKEN, 'FORBIDDEN', 'The signature or its credentials have expired.'],
  [ResponseType.WAF_FILTERED, 'FORBIDDEN', 'The firewall refused this request.'],
  [ResponseType.RESOURCE_NOT_FOUND, 'NO_SUCH_ROUTE', 'There is no such route.'],
  [ResponseType.REQUEST_TOO_LARGE, 'BODY_TOO_LARGE', 'The gateway accepts bodies of up to 10 MB.'],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, 'UNSUPPORTED_MEDIA_TYPE', 'Send JSON as application/json.'],
  [ResponseType.BAD_REQUEST_BODY, 'INVALID_BODY', 'The body is not valid.'],
  [ResponseType.BAD_REQUEST_PARAMETERS, 'INVALID_BODY', 'A parameter is not valid.'],
  [ResponseType.DEFAULT_5XX, 'FUNCTION_FAILED', 'The request could not be handled.', 1],
];

/**
 * API Gateway reports every unmatched request as a missing token: an unknown path or method and, with IAM, an
 * unsigned request.
 */
const unmatched = (kind: AuthProps['kind']): Row =>
  kind === 'iam'
    ? [
        ResponseType.MISSING_AUTHENTICATION_TOKEN,
        'FORBIDDEN',
        'The request is not signed, or there is no such route.',
      ]
    : [ResponseType.MISSING_AUTHENTICATION_TOKEN, 'NO_SUCH_ROUTE', 'There is no such route for this method.'];

/**
 * Defines a problem response for each error of the gateway itself, with `Retry-After` if a retry may help.
 */
export function addGatewayProblems(api: RestApi, auth: AuthProps, corsOrigins: readonly string[]): void {
  // A gateway response has fixed headers. With several allowed origins, the header is omitted, and browsers
  // do not show these responses to pages.
  const origin = corsOrigins.length === 1 ? corsOrigins[0] : undefined;
  for (const [type, code, detail, retryAfterSeconds] of [...ROWS, unmatched(auth.kind)]) {
    const [status, title] = TITLES[code];
    const body = { type: 'about:blank', title, status, detail, code, requestId: '$context.requestId' };
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
