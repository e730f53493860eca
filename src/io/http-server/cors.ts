import type { IncomingMessage, ServerResponse } from 'node:http';

/** Seconds for which browsers cache the response to a preflight request. */
const MAX_AGE_SECONDS = 600;
const METHODS = 'GET, POST';
const REQUEST_HEADERS = 'content-type, x-api-key';
const REPLY_HEADERS = 'x-request-id, retry-after';

/**
 * Sets CORS headers for web pages of the allowed `origins`. Returns true if it has answered a preflight
 * request. https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function answerCors(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  origins: readonly string[],
): boolean {
  if (origins.length === 0) return false;
  response.setHeader('Vary', 'Origin');
  const { origin } = headers;
  if (origin === undefined || !origins.includes(origin)) return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', REPLY_HEADERS);
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false;
  const isFromPublicPage = headers['access-control-request-private-network'] === 'true';
  response.writeHead(204, {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': REQUEST_HEADERS,
    'Access-Control-Max-Age': MAX_AGE_SECONDS,
    ...(isFromPublicPage ? { 'Access-Control-Allow-Private-Network': 'true' } : {}),
  });
  response.end();
  return true;
}
