import fc from 'fast-check';
import { openApiDocument } from '../../../src/api/http/openapi.ts';
import { type Schema, texts, valuesOf } from './schema-values.ts';

/** A request as it is sent. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}
const document = openApiDocument() as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};
const { schemas } = document.components;
const PATHS = Object.keys(document.paths);
const OPERATIONS = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const JSON_TYPE = { 'content-type': 'application/json' };

/** Requests allowed by the OpenAPI document. */
const valid: fc.Arbitrary<FuzzRequest> = fc.oneof(...OPERATIONS.map(validOf));

function validOf({ method, path, operation }: (typeof OPERATIONS)[number]): fc.Arbitrary<FuzzRequest> {
  const { parameters, requestBody } = operation;
  if (requestBody !== undefined) {
    return valuesOf(requestBody.content['application/json'].schema, schemas).map((body) => ({
      method,
      path,
      headers: JSON_TYPE,
      body: JSON.stringify(body),
    }));
  }
  const query = Object.fromEntries(
    (parameters ?? []).map(({ name, schema }) => [
      name,
      name === 'filter'
        ? fc.oneof(texts, fc.json(), fc.constant('{"field":"year","op":"eq","value":2024}'))
        : valuesOf(schema, schemas).map(String),
    ]),
  );
  return fc.record(query, { requiredKeys: 'q' in query ? ['q'] : [] }).map((values) => {
    const search = new URLSearchParams(values as Record<string, string>).toString();
    return { method, path: search === '' ? path : `${path}?${search}`, headers: {}, body: '' };
  });
}

const hostileValues = fc.oneof(
  fc.jsonValue({ maxDepth: 5 }),
  fc.constantFrom(
    -1,
    0,
    1e308,
    2 ** 53,
    '',
    ' ',
    '\u0000',
    '\ud800',
    '../..',
    null,
    [],
    {},
    [[]],
    'x'.repeat(20_000),
  ),
);

/** A valid request with one change. */
const nearValid: fc.Arbitrary<FuzzRequest> = fc
  .tuple(valid, fc.nat(), hostileValues, fc.constantFrom('replace', 'delete', 'add', 'cut', 'proto', 'twice'))
  .map(([request, at, value, change]) => {
    if (typeof request.body !== 'string' || request.body === '') {
      const separator = request.path.includes('?') ? '&' : '?';
      const name = ['q', 'topK', 'filter', '__proto__', 'mode', 'zz'][at % 6]!;
      const text = encodeURIComponent(wellFormed(typeof value === 'string' ? value : JSON.stringify(value)));
      return { ...request, path: `${request.path}${separator}${name}=${text}`.slice(0, 12_000) };
    }
    if (change === 'cut') return { ...request, body: request.body.slice(0, at % request.body.length) };
    if (change === 'proto')
      return { ...request, body: `{"__proto__": ${request.body}, ${request.body.slice(1)}` };
    if (change === 'twice') return { ...request, body: request.body + request.body };
    const body = JSON.parse(request.body) as Record<string, unknown>;
    const keys = Object.keys(body);
    const key = keys[at % Math.max(1, keys.length)] ?? 'question';
    if (change === 'delete') delete body[key];
    else body[change === 'add' ? `extra${at}` : key] = value;
    return { ...request, body: JSON.stringify(body) };
  });

const bodies: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.nat(5_000).map((levels) => '['.repeat(levels)),
  fc.nat(200).map((levels) => `${'{"not":'.repeat(levels)}1${'}'.repeat(levels)}`),
  fc.constantFrom(
    '',
    '\ufeff{}',
    'NaN',
    '{"question":1e999}',
    '"\\ud800"',
    '{"question":"x","question":"y"}',
  ),
  fc.integer({ min: 1_000_001, max: 1_100_000 }).map((length) => `"${'x'.repeat(length)}"`),
);
const paths = fc.oneof(
  { arbitrary: fc.constantFrom(...PATHS), weight: 4 },
  fc.constantFrom(...PATHS).map((path) => `${path}/`),
  fc.constantFrom(
    '/',
    '//',
    '/%',
    '/%00',
    '/%ff%fe',
    '/query%2f',
    '/..%2f..%2fetc/passwd',
    '*',
    '/query?%',
    '/retrieve?q',
  ),
  fc.webPath().map((path) => `/${path}`),
  fc.webQueryParameters().map((query) => `/retrieve?${query}`),
);
const methods = fc.oneof(
  { arbitrary: fc.constantFrom('GET', 'POST'), weight: 3 },
  fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'PURGE', 'QUERY'),
);
const headerText = fc.stringMatching(/^[\x21-\x7e]{0,40}$/);
const headers = fc.record(
  {
    'content-type': fc.oneof(
      { arbitrary: fc.constant('application/json'), weight: 4 },
      fc.constantFrom(
        'text/plain',
        'application/xml',
        'application/json;charset=utf-16',
        'multipart/form-data',
        ';',
      ),
      headerText,
    ),
    accept: fc.oneof(
      fc.constantFrom('*/*', 'text/event-stream', 'application/json;q=0', 'image/png', ',,;'),
      headerText,
    ),
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity'),
    'x-forwarded-for': headerText,
    'x-amzn-trace-id': headerText,
    authorization: headerText,
    cookie: headerText,
    range: fc.constantFrom('bytes=0-1', 'x'),
    'if-none-match': fc.constant('*'),
    origin: fc.constant('https://example.org'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>;

const hostile: fc.Arbitrary<FuzzRequest> = fc
  .record({ method: methods, path: paths, headers, body: bodies })
  .map((request) => (request.path === '*' ? { ...request, method: 'OPTIONS' } : request));

/** Valid requests, valid requests with one change, and arbitrary ones. */
export const requests: fc.Arbitrary<FuzzRequest> = fc.oneof(
  { arbitrary: valid, weight: 3 },
  { arbitrary: nearValid, weight: 4 },
  { arbitrary: hostile, weight: 3 },
);

const wellFormed = (text: string): string => text.toWellFormed();
