import type { ServerResponse } from 'node:http';

/** What the gateway itself answers, as the deployment's gateway responses are set: RFC 9457 problem details. */
const PROBLEMS = {
  NO_SUCH_ROUTE: [404, 'Not found', 'There is no such route here. GET /openapi.json tells what there is.'],
  METHOD_NOT_ALLOWED: [405, 'Method not allowed', 'This route takes another method.'],
  FORBIDDEN: [403, 'Forbidden', 'The x-api-key header holds no valid key.'],
  BODY_TOO_LARGE: [413, 'Content too large', 'The gateway takes bodies of at most 10 MB.'],
  GATEWAY_THROTTLED: [429, 'Too many requests', 'The gateway takes no more requests just now.'],
  FUNCTION_THROTTLED: [429, 'Too many requests', 'All environments of the function are busy.'],
  FUNCTION_FAILED: [502, 'Bad gateway', 'The function behind the API failed.'],
  GATEWAY_TIMEOUT: [504, 'Gateway timeout', 'The function behind the API did not answer in time.'],
} as const;
export type GatewayProblem = keyof typeof PROBLEMS;

const RETRY_AFTER_SECONDS = 1;

/** Answers with a problem of the gateway's own. */
export function refuse(
  response: ServerResponse,
  code: GatewayProblem,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const [status, title, detail] = PROBLEMS[code];
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code, requestId });
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    ...(status === 429 ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {}),
    ...headers,
  });
  response.end(body);
}
