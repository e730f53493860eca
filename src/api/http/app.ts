import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import type { z } from 'zod';
import { isTurnOver, nextTurn, parameterNotUtf8 } from '../../core/index.ts';
import { VERSION } from '../../version.ts';
import type { RequestContext, RetrieveRequest, Services } from '../service/index.ts';
import { excessOf, readJson } from './body.ts';
import { checkAccepts } from './negotiation.ts';
import { HttpProblem, invalidInput, problemOf, RETRY_AFTER_SECONDS } from './problem.ts';
import { type OperationId, ROUTES } from './routes.ts';
import { generateBody, queryBody, retrieveBody, retrieveQuery } from './schemas.ts';
import { eventStream } from './sse.ts';

/** Platform-specific parts of an app. */
export interface AppOptions {
  /** Creates the context of a request: its id and its limits. */
  readonly contextOf: (context: Context) => RequestContext;
  /** Origins whose pages may call the API; default: only the API's own. */
  readonly corsOrigins?: readonly string[];
  /** Called with unexpected errors of a service, which indicate bugs. */
  readonly onUnexpected?: (error: unknown, requestId: string) => void;
}

type Handler = (context: Context, request: RequestContext) => Promise<Response>;

/** The API of a function or a server process. Operations that `services` lacks have no route. */
export function createApp(services: Services, options: AppOptions): Hono {
  const app = new Hono();
  const contextOf = contextsOf(options);
  const handlers = handlersOf(services);
  const mounted = ROUTES.filter(({ operationId }) => handlers[operationId] !== undefined);
  const refuse = async (error: unknown, context: Context): Promise<Response> => {
    const request = contextOf(context);
    const problem = problemOf(error, request.requestId);
    // Record the request before the reply, because a function may be frozen once it has answered.
    if (error instanceof HttpProblem) await services.refused?.(error, request);
    if (problem.code === 'INTERNAL') options.onUnexpected?.(error, request.requestId);
    return problemResponse(problem, context);
  };
  const { corsOrigins = [] } = options;
  if (corsOrigins.length > 0)
    app.use(cors({ origin: [...corsOrigins], exposeHeaders: ['X-Request-Id', 'Retry-After'] }));
  for (const { method, path, operationId } of mounted) {
    app.on(method.toUpperCase(), path, async (context) => {
      const request = contextOf(context);
      context.header('X-Request-Id', request.requestId);
      try {
        // hono routes HEAD to GET; API Gateway does not.
        if (context.req.method === 'HEAD') throw notAllowed(context, mounted);
        checkRequest(context, operationId === 'queryStream' ? 'text/event-stream' : 'application/json');
        return await handlers[operationId]!(context, request);
      } catch (error) {
        // hono's onError handles only `Error` instances, but anything can be thrown.
        return refuse(error, context);
      }
    });
  }
  for (const path of new Set(mounted.map((route) => route.path))) {
    app.all(path, (context) => {
      throw notAllowed(context, mounted);
    });
  }
  app.notFound((context) => refuse(noSuchRoute(context), context));
  app.onError(refuse);
  return app;
}

/** The context of each request, created once per request. */
function contextsOf({ contextOf }: AppOptions): (context: Context) => RequestContext {
  const contexts = new WeakMap<Request, RequestContext>();
  return (context) => {
    const { raw, method, path } = context.req;
    const known = contexts.get(raw);
    if (known !== undefined) return known;
    const route = ROUTES.find((one) => one.method === method.toLowerCase() && one.path === path);
    const made = { ...contextOf(context), ...(route && { route: `${method} ${route.path}` }) };
    contexts.set(raw, made);
    return made;
  };
}

/** @throws the problem response (RFC 9457) for an unacceptable Accept header or query parameter. */
function checkRequest(context: Context, contentType: string): void {
  checkAccepts(context.req.header('accept'), contentType);
  const parameter = parameterNotUtf8(new URL(context.req.url).search);
  if (parameter !== undefined) throw badParameter(parameter, 'is not UTF-8', 'INVALID_ARGUMENT');
}

function problemResponse(problem: ReturnType<typeof problemOf>, context: Context): Response {
  context.header('X-Request-Id', problem.requestId);
  if (problem.status === 429 || problem.status === 503)
    context.header('Retry-After', String(problem.retryAfter ?? RETRY_AFTER_SECONDS));
  return context.json(problem, problem.status as 400, { 'Content-Type': 'application/problem+json' });
}

function notAllowed(context: Context, routes: readonly (typeof ROUTES)[number][]): HttpProblem {
  const { path, method } = context.req;
  const allowed = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
  context.header('Allow', allowed.join(', '));
  return new HttpProblem('METHOD_NOT_ALLOWED', `${path} does not accept ${method.slice(0, 20)}.`, {
    remedy: `Use ${allowed.join(' or ')}.`,
  });
}

const noSuchRoute = (context: Context): HttpProblem =>
  new HttpProblem('NO_SUCH_ROUTE', `There is no route ${context.req.path.slice(0, 200)}.`, {
    remedy: 'GET /openapi.json lists the routes.',
  });

/** Handlers by operation; undefined if no service implements it. */
function handlersOf(services: Services): Partial<Record<OperationId, Handler>> {
  const { retrieve, retrieveMock, query, generate, stream } = services;
  const json =
    <Request>(read: (context: Context) => Promise<Request>, answer: Answer<Request>): Handler =>
    async (context, request) => {
      const body = await read(context);
      if (isTurnOver()) await nextTurn();
      const reply = await answer(body, request);
      if (isTurnOver()) await nextTurn();
      return context.json(reply as object);
    };
  const handlers: Partial<Record<OperationId, Handler>> = {
    health: async (context) => context.json({ status: 'ok', version: VERSION }),
    openapi: async (context) => context.json((await import('./openapi.ts')).openApiDocument()),
  };
  if (retrieve !== undefined) {
    const answer = retrieve.bind(services);
    handlers.retrieve = json((context) => readBody(context, retrieveBody), answer);
    handlers.retrieveByUrl = json(readUrl, answer);
  }
  if (retrieveMock !== undefined) {
    const answer = retrieveMock.bind(services);
    handlers.retrieveMock = json((context) => readBody(context, retrieveBody), answer);
    handlers.retrieveMockByUrl = json(readUrl, answer);
  }
  if (query !== undefined)
    handlers.query = json((context) => readBody(context, queryBody), query.bind(services));
  if (generate !== undefined) {
    handlers.generate = json(
      (context) => readBody(context, generateBody) as Promise<Parameters<typeof generate>[0]>,
      generate.bind(services),
    );
  }
  if (stream !== undefined) {
    handlers.queryStream = async (context, request) => {
      const body = await readBody(context, queryBody);
      return eventStream(await stream.call(services, body, request), request.requestId);
    };
  }
  return handlers;
}
type Answer<Request> = (request: Request, context: RequestContext) => Promise<unknown>;

async function readBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  return checked(schema, await readJson(context.req.raw), 'INVALID_BODY');
}

async function readUrl(context: Context): Promise<RetrieveRequest> {
  const parameters = new URL(context.req.url).searchParams;
  const names = new Set<string>();
  for (const name of parameters.keys()) {
    if (names.has(name)) throw badParameter(name, 'occurs more than once');
    names.add(name);
  }
  // fromEntries sets own properties, so `__proto__` and `constructor` are ordinary parameters.
  const { q, filter, ...rest } = checked(retrieveQuery, Object.fromEntries(parameters), 'INVALID_QUERY');
  if (filter === undefined) return { question: q, ...rest };
  const excess = excessOf(filter);
  if (excess !== undefined) throw badParameter('filter', excess);
  try {
    return { question: q, filter: JSON.parse(filter) as unknown, ...rest };
  } catch {
    throw badParameter('filter', 'is not JSON');
  }
}

function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: 'INVALID_BODY' | 'INVALID_QUERY',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error, code);
}

function badParameter(
  name: string,
  message: string,
  code: 'INVALID_QUERY' | 'INVALID_ARGUMENT' = 'INVALID_QUERY',
): HttpProblem {
  const path = name.slice(0, 100);
  return new HttpProblem(code, `${path} ${message}.`, { errors: [{ path, message }] });
}
