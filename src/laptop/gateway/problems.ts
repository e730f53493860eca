import type { ServerResponse } from 'node:http';
import { sendProblem } from '../../io/http-server/index.ts';

/** Problem responses (RFC 9457) of the gateway itself, equal to the gateway responses of a deployment. */
const PROBLEMS = {
  BAD_REQUEST: [400, 'Bad request', 'The request is not valid HTTP/1.1.'],
  NOT_UTF8: [400, 'Bad request', 'The query string is not UTF-8.'],
  NO_SUCH_ROUTE: [404, 'Not found', 'There is no such route. GET /openapi.json lists the routes.'],
  METHOD_NOT_ALLOWED: [405, 'Method not allowed', 'This route does not accept this method.'],
  FORBIDDEN: [403, 'Forbidden', 'The x-api-key header contains no valid key.'],
  BODY_TOO_LARGE: [
    413,
    'Content too large',
    'The gateway accepts bodies of up to 10 MB, and the function accepts events of up to 6 MB.',
  ],
  NOT_JSON: [415, 'Unsupported media type', 'Send JSON as application/json.'],
  GATEWAY_THROTTLED: [429, 'Too many requests', 'The gateway accepts no more requests at the moment.'],
  FUNCTION_THROTTLED: [429, 'Too many requests', 'All environments of the function are busy.'],
  FUNCTION_FAILED: [502, 'Bad gateway', 'The function behind the API failed.'],
  ENDING: [503, 'Service unavailable', 'The gateway is shutting down and stopped waiting for the function.'],
  GATEWAY_TIMEOUT: [504, 'Gateway timeout', 'The function behind the API did not respond in time.'],
} as const;
type GatewayProblem = keyof typeof PROBLEMS;

const RETRY_AFTER_SECONDS = 1;

/** Error codes that the function would return for requests that the gateway rejects before invoking it. */
const CODES: Partial<Record<GatewayProblem, string>> = {
  BAD_REQUEST: 'INVALID_REQUEST',
  NOT_UTF8: 'INVALID_ARGUMENT',
  NOT_JSON: 'UNSUPPORTED_MEDIA_TYPE',
};

interface Particulars {
  /** Replaces the default `detail` of the problem response. */
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Creates the body of a problem response (RFC 9457). */
export function problem(code: GatewayProblem, requestId: string, particulars: Particulars = {}) {
  const [status, title, detail] = PROBLEMS[code];
  return {
    ...{ type: 'about:blank', title, status, detail, code: CODES[code] ?? code, requestId },
    ...particulars,
  };
}

/** Sends a problem response of the gateway. */
export function refuse(
  response: ServerResponse,
  code: GatewayProblem,
  requestId: string,
  particulars: Particulars = {},
  headers: Readonly<Record<string, string>> = {},
): void {
  const document = problem(code, requestId, particulars);
  const mayRetry = document.status === 429 || document.status === 503;
  sendProblem(response, document, {
    ...(mayRetry ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {}),
    ...headers,
  });
}
