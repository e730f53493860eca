import { z } from 'zod';
import { MAX_HEADER_BYTES } from '../../core/index.ts';
import { VERSION } from '../../version.ts';
import { REPLY_LIMITS } from '../service/index.ts';
import { BODY_LIMITS } from './body.ts';
import { ROUTES, type Route } from './routes.ts';
import { problem, streamEvents } from './schemas.ts';

/** Description of each error status. */
export const PROBLEM_STATUSES: Readonly<Record<string, string>> = {
  400: 'Invalid request; errors names the field.',
  401: 'Missing or unknown credentials.',
  403: 'These credentials do not permit this request.',
  404: 'No such route, collection or index.',
  405: 'The route does not accept this method; see the Allow header.',
  406: 'The Accept header excludes the media type of the answer.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'Valid, but not supported by this collection or index.',
  429: 'Too many requests; see Retry-After.',
  502: 'A service behind the API failed.',
  503: 'A service behind the API is unavailable; see Retry-After.',
  504: 'A service behind the API timed out.',
};
/** Limits that no schema can express. The Filter schema contains the limits of filters. */
const LIMITS = { headers: { bytes: MAX_HEADER_BYTES }, body: BODY_LIMITS, reply: REPLY_LIMITS };
const LIMITS_TEXT = [
  `\`x-limits\`, here and in the schema Filter, contains limits that schemas cannot express.`,
  `The request line and the headers have at most ${MAX_HEADER_BYTES} bytes (10,240 behind API Gateway).`,
  `A body has at most ${BODY_LIMITS.bytes} bytes, ${BODY_LIMITS.depth} levels and ${BODY_LIMITS.values} values.`,
  `In a function's reply, the hits have at most ${REPLY_LIMITS.hitsBytes} bytes of JSON (otherwise REPLY_TOO_LARGE), and an answer with its citations has at most ${REPLY_LIMITS.answerBytes} (otherwise ANSWER_TOO_LONG).`,
].join(' ');
const REFERENCE = '#/components/schemas/';

/** Creates the OpenAPI 3.1 document from the schemas that validate requests. */
export function openApiDocument(): object {
  const schemas: Record<string, object> = {};
  const paths: Record<string, Record<string, object>> = {};
  const refer = (schema: z.ZodType, io: 'input' | 'output'): object => referenceTo(schema, io, schemas);
  const errors = Object.fromEntries(
    Object.entries(PROBLEM_STATUSES).map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema: refer(problem, 'output') } } },
    ]),
  );
  for (const route of ROUTES as readonly Route[]) {
    paths[route.path] ??= {};
    paths[route.path]![route.method] = {
      operationId: route.operationId,
      summary: route.summary,
      parameters: route.query === undefined ? undefined : parametersOf(route.query),
      requestBody:
        route.body === undefined
          ? undefined
          : {
              required: true,
              content: { 'application/json': { schema: refer(route.body, 'input') } },
            },
      responses: { 200: success(route, refer), ...errors },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'srag',
      version: VERSION,
      description: `Retrieval-augmented generation without servers.\n\n${LIMITS_TEXT}`,
    },
    'x-limits': LIMITS,
    paths,
    components: { schemas },
  };
}

function success({ reply }: Route, refer: (schema: z.ZodType, io: 'output') => object): object {
  if (reply === 'openapi')
    return {
      description: 'OpenAPI 3.1.',
      content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
    };
  if (reply !== 'events')
    return { description: 'Done.', content: { 'application/json': { schema: refer(reply, 'output') } } };
  const events = Object.entries(streamEvents).map(([event, schema]) => [event, refer(schema, 'output')]);
  return {
    description: 'Server-sent events; `x-events` contains the JSON schema of each event by its name.',
    content: { 'text/event-stream': { schema: { type: 'string' }, 'x-events': Object.fromEntries(events) } },
  };
}

/** Adds a schema and its dependencies to `schemas` and returns a reference to it. */
function referenceTo(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, object>): object {
  const {
    $schema: _,
    $defs,
    ...json
  } = z.toJSONSchema(schema, { io, reused: 'inline' }) as {
    $schema?: string;
    $defs?: Record<string, object>;
    id?: string;
  };
  for (const [name, definition] of Object.entries($defs ?? {})) schemas[name] = rebased(definition);
  const name = z.globalRegistry.get(schema)?.id;
  if (name === undefined) return rebased(json);
  // If the schema has an id, the definitions already contain it, and `json` is a reference to it.
  if (!('$ref' in json)) schemas[name] = rebased(json);
  return { $ref: REFERENCE + name };
}

/** Rewrites references to point into the document's components, and drops the ids that served as names. */
function rebased(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', REFERENCE);
    if (key === 'id' && typeof value === 'string') return undefined;
    return value;
  }) as object;
}

/** Documents query parameters by their parsed type, for example as numbers, although URLs contain text. */
function parametersOf(query: z.ZodType): object[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'output', reused: 'inline' }) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}
