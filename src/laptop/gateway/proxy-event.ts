import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** The parts of a request from which its event is built. */
export interface ProxyRequest {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: Buffer;
  readonly requestId: string;
  /** The declared path of the route. */
  readonly resource: string;
}

/** The event of a Lambda proxy integration of a REST API. */
export function proxyEvent({ request, url, body, requestId, resource }: ProxyRequest): object {
  // A Map, because a header may be called `constructor` or `__proto__`.
  const headers = new Map<string, string>();
  const multiValueHeaders = new Map<string, string[]>();
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at]!;
    const value = request.rawHeaders[at + 1]!;
    headers.set(name, value);
    append(multiValueHeaders, name, value);
  }
  const isText = isUtf8(body);
  return {
    resource,
    path: url.pathname,
    httpMethod: request.method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: Object.fromEntries(multiValueHeaders),
    ...queryOf(url),
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      requestId,
      stage: 'laptop',
      path: url.pathname,
      resourcePath: resource,
      httpMethod: request.method,
      protocol: 'HTTP/1.1',
      requestTimeEpoch: Date.now(),
      domainName: domainOf(request.headers.host),
      identity: {
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? '',
      },
    },
    body: body.length === 0 ? null : body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText && body.length > 0,
  };
}

/** The requested host if it is valid in a URL, because handlers build URLs from it. */
const domainOf = (host = ''): string =>
  /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:]+\](:\d{1,5})?$/i.test(host) && URL.canParse(`http://${host}`)
    ? host
    : 'localhost';

function queryOf({ searchParams }: URL) {
  const values = new Map<string, string[]>();
  for (const [name, value] of searchParams) append(values, name, value);
  if (values.size === 0) return { queryStringParameters: null, multiValueQueryStringParameters: null };
  return {
    queryStringParameters: Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1)])),
    multiValueQueryStringParameters: Object.fromEntries(values),
  };
}

function append(lists: Map<string, string[]>, name: string, value: string): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [value]);
  else list.push(value);
}
