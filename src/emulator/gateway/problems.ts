import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** What the gateway itself answers, as the deployment's gateway responses are set: RFC 9457 problem details. */
const PROBLEMS = {
  BAD_REQUEST: [400, 'Bad request', 'The request is no HTTP/1.1 request that can be understood.'],
  NO_SUCH_ROUTE: [404, 'Not found', 'There is no such route here. GET /openapi.json tells what there is.'],
  METHOD_NOT_ALLOWED: [405, 'Method not allowed', 'This route takes another method.'],
  FORBIDDEN: [403, 'Forbidden', 'The x-api-key header holds no valid key.'],
  REQUEST_TIMEOUT: [408, 'Request timeout', 'The request was not sent whole in time.'],
  BODY_TOO_LARGE: [
    413,
    'Content too large',
    'The gateway takes bodies of 10 MB, the function events of 6 MB.',
  ],
  HEADERS_TOO_LARGE: [431, 'Headers too large', 'All headers together are larger than the gateway takes.'],
  GATEWAY_THROTTLED: [429, 'Too many requests', 'The gateway takes no more requests just now.'],
  FUNCTION_THROTTLED: [429, 'Too many requests', 'All environments of the function are busy.'],
  FUNCTION_FAILED: [502, 'Bad gateway', 'The function behind the API failed.'],
  ENDING: [503, 'Service unavailable', 'The gateway is ending and could not wait any longer.'],
  GATEWAY_TIMEOUT: [504, 'Gateway timeout', 'The function behind the API did not answer in time.'],
} as const;
export type GatewayProblem = keyof typeof PROBLEMS;

const RETRY_AFTER_SECONDS = 1;

/** Answers on a bare connection: what came over it was not understood as a request. */
export function refuseConnection(socket: Duplex, code: GatewayProblem, requestId: string): void {
  if (!socket.writable) return void socket.destroy();
  const [status, title] = PROBLEMS[code];
  const body = problemBody(code, requestId);
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nX-Request-Id: ${requestId}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function problemBody(code: GatewayProblem, requestId: string): string {
  const [status, title, detail] = PROBLEMS[code];
  return JSON.stringify({ type: 'about:blank', title, status, detail, code, requestId });
}

/** Answers with a problem of the gateway's own. */
export function refuse(
  response: ServerResponse,
  code: GatewayProblem,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const [status] = PROBLEMS[code];
  const body = problemBody(code, requestId);
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    ...(status === 429 || status === 503 ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {}),
    ...headers,
  });
  response.end(body);
}
