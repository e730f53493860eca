import { handle, type LambdaContext, type LambdaEvent, streamHandle } from 'hono/aws-lambda';
import { createApp } from '../http/index.ts';
import type { RequestContext, Services } from '../serving/index.ts';
import type { Step } from './steps.ts';

/** What Lambda calls. */
export type Handler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** What hono hands on: the buffered and the streaming adapter name the same thing differently. */
interface Bindings {
  readonly event?: { readonly requestContext?: { readonly requestId?: string } };
  readonly lambdaContext?: LambdaContext;
  readonly context?: LambdaContext;
}

/** A function behind the gateway, which may also be a step of the state machine. */
export function apiHandler(services: Services, step?: Step): Handler {
  const answer = handle(appOf(services));
  return async (event, context) => {
    if (step !== undefined && isStep(event)) return step(event, contextOf(context));
    return answer(event as LambdaEvent, context);
  };
}

/** A function that streams its response: to the gateway, which passes it on as it comes. */
export const streamingHandler = (services: Services): Handler => streamHandle(appOf(services)) as Handler;

function appOf(services: Services) {
  return createApp(services, {
    contextOf: ({ env }) => {
      const { event, lambdaContext, context = lambdaContext } = env as Bindings;
      const requestId = event?.requestContext?.requestId ?? context?.awsRequestId ?? '';
      return { ...(context && contextOf(context)), requestId };
    },
    onUnexpected: (error) => console.error(error),
  });
}

const contextOf = (context: LambdaContext): Omit<RequestContext, 'requestId'> => ({
  remainingMs: () => context.getRemainingTimeInMillis(),
});

const isStep = (event: unknown): boolean =>
  event !== null && typeof event === 'object' && typeof (event as { action?: unknown }).action === 'string';
