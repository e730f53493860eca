import type { Writable } from 'node:stream';
import { handle, type LambdaContext, type LambdaEvent, streamHandle } from 'hono/aws-lambda';
import { createApp } from '../../api/http/index.ts';
import { errorFacts } from '../../api/observability/index.ts';
import type { RequestContext, Services } from '../../api/service/index.ts';
import { printableJson } from '../../core/index.ts';
import { functionEnvironment, functionSettings } from './environment.ts';
import { invocation } from './invocation.ts';
import type { Step } from './steps.ts';

/** A Lambda handler. */
export type Handler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** Bindings of hono. Its buffered and its streaming adapter use different names for the context. */
interface Bindings {
  readonly event?: {
    readonly requestContext?: { readonly requestId?: string };
    readonly headers?: Readonly<Record<string, string | undefined>> | null;
  };
  readonly lambdaContext?: LambdaContext;
  readonly context?: LambdaContext;
}

/** Handlers of direct invocations with `{action}`, as opposed to gateway requests. */
export type Steps = Readonly<Record<string, Step>>;

/** A function behind the gateway that the state machine can also invoke directly for a step. */
export function apiHandler(services: Services, steps: Steps = {}): Handler {
  const answer = handle(appOf(services));
  return invocation(async (event, context) => {
    const step = stepOf(event, steps);
    return step === undefined
      ? answer(withoutStrayBody(event as LambdaEvent), context)
      : step(event, contextOf(context));
  });
}

/** A Lambda handler with a streamed response. */
type StreamingHandler = (event: unknown, stream: Writable, context: LambdaContext) => Promise<unknown>;

/** A function that streams its response to the gateway, which passes it on as it arrives. */
export function streamingHandler(services: Services, steps: Steps): Handler {
  const answer = streamHandle(appOf(services)) as unknown as StreamingHandler;
  const handler: StreamingHandler = async (event, stream, context) => {
    const step = stepOf(event, steps);
    if (step === undefined) return answer(withoutStrayBody(event as LambdaEvent), stream, context);
    stream.end(JSON.stringify(await step(event, contextOf(context))));
  };
  // hono marks its own handler as streaming; the wrapper needs the same marker.
  return Object.assign(invocation(handler), { ...answer }) as unknown as Handler;
}

/** Removes the body of a GET request: the gateway passes it on, but a `Request` cannot have one. */
function withoutStrayBody(event: LambdaEvent): LambdaEvent {
  const method = 'httpMethod' in event ? event.httpMethod : undefined;
  return method === 'GET' || method === 'HEAD' ? { ...event, body: null } : event;
}

function appOf(services: Services) {
  const { SRAG_CORS_ORIGINS: corsOrigins, SRAG_LOG_TEXT } = functionSettings();
  return createApp(services, {
    corsOrigins,
    contextOf: ({ env }) => {
      const { event, lambdaContext, context = lambdaContext } = env as Bindings;
      const requestId = event?.requestContext?.requestId ?? context?.awsRequestId ?? '';
      return { ...(context && contextOf(context)), requestId };
    },
    onUnexpected: (error) => console.error(printableJson(errorFacts(error, SRAG_LOG_TEXT === '1'))),
  });
}

const contextOf = (context: LambdaContext): Omit<RequestContext, 'requestId'> => ({
  remainingMs: () => context.getRemainingTimeInMillis(),
  // Lambda updates this variable for each invocation.
  traceId: functionEnvironment()._X_AMZN_TRACE_ID,
});

function stepOf(event: unknown, steps: Steps): Step | undefined {
  const action = (event as { readonly action?: unknown } | null)?.action;
  return typeof action === 'string' && Object.hasOwn(steps, action) ? steps[action] : undefined;
}
