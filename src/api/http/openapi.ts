import { z } from 'zod';
import { MAX_HEADER_BYTES } from '../../core/index.ts';
import { VERSION } from '../../version.ts';
import { REPLY_LIMITS } from '../service/index.ts';
import { BODY_LIMITS } from './body.ts';
import { ROUTES, type Route } from './routes.ts';
import { problem, streamEvents } from './schemas.ts';

/** What each status of a problem means. */
export const PROBLEM_STATUSES: Readonly<Record<string, string>> = {
  400: 'What was sent is wrong; errors names the field.',
  401: 'No or unknown credentials.',
  403: 'These credentials may not.',
  404: 'No such route, collection or index.',
  405: 'Another method is meant; see Allow.',
  406: 'The answer has no such media type.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'Understood, but this collection or index cannot do it.',
  429: 'Too many requests; see Retry-After.',
  502: 'A part behind the API failed.',
  503: 'A part behind the API is not available; see Retry-After.',
  504: 'A part behind the API took too long.',
};
/** Limits that no schema can state; those of a filter stand beside its schema. */
const LIMITS = { headers: { bytes: MAX_HEADER_BYTES }, body: BODY_LIMITS, reply: REPLY_LIMITS };
const LIMITS_TEXT = [
  `Limits that schemas cannot state are \`x-limits\`, here and of the schema Filter.`,
  `Address and headers have at most ${MAX_HEADER_BYTES} bytes (behind API Gateway 10,240).`,
  `A body has at most ${BODY_LIMITS.bytes} bytes, ${BODY_LIMITS.depth} levels and ${BODY_LIMITS.values} values.`,
  `Hits have at most ${REPLY_LIMITS.hitsBytes} bytes of JSON as a function sends them, an answer with its citations ${REPLY_LIMITS.answerBytes}; more is refused with REPLY_TOO_LARGE and ANSWER_TOO_LONG.`,
].join(' ');
const REFERENCE = '#/components/schemas/';

/** The OpenAPI 3.1 document of the API, from the schemas that requests are checked with. */
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
      ...(route.query === undefined ? {} : { parameters: parametersOf(route.query) }),
      ...(route.body === undefined
        ? {}
        : {
            requestBody: {
              required: true,
              content: { 'application/json': { schema: refer(route.body, 'input') } },
            },
          }),
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
    description: 'Server-sent events; `x-events` holds the JSON schema of each event by its name.',
    content: { 'text/event-stream': { schema: { type: 'string' }, 'x-events': Object.fromEntries(events) } },
  };
}

/** A reference to a schema, which is put among `schemas` with those that it refers to. */
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
  // A schema with an id stands among the definitions already, and is itself a reference to it.
  if (!('$ref' in json)) schemas[name] = rebased(json);
  return { $ref: REFERENCE + name };
}

/** The same with references into the document's components, and without the ids that were names. */
function rebased(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', REFERENCE);
    if (key === 'id' && typeof value === 'string') return undefined;
    return value;
  }) as object;
}

/** As what a parameter is read, for in a URL everything is text: a number is a number to who asks. */
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
