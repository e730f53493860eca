import { randomUUID } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { forbidden, malformedRequest } from '../../api/http/index.ts';
import { Access, type AccessRules, RequestServer, sendProblem } from '../../io/http-server/index.ts';
import type { Front } from './front.ts';

interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/**
 * An HTTP server of the API. It answers malformed HTTP and invalid addresses with a problem response (RFC
 * 9457), like all other errors.
 */
export function apiServer(app: App, rules?: AccessRules, front?: Front): RequestServer {
  const access = new Access(rules);
  const problem = (fault: string) => malformedRequest(fault, randomUUID());
  const listener = getRequestListener(app.fetch, {
    errorHandler: (error) => {
      const document = problem(messageOf(error));
      return new Response(JSON.stringify(document), {
        status: document.status,
        headers: { 'Content-Type': 'application/problem+json', 'X-Request-Id': document.requestId },
      });
    },
  });
  return new RequestServer({
    handle: (request, response, fault) => {
      if (fault !== undefined) return sendProblem(response, problem(fault));
      const stranger = access.refusal(request);
      if (stranger === undefined && front?.(request, response)) return;
      const refusal = stranger ?? (access.hasKey(request) ? undefined : NO_KEY);
      if (refusal === undefined) void listener(request, response);
      else sendProblem(response, forbidden(refusal, randomUUID()));
    },
    refuse: (response, fault) => sendProblem(response, problem(fault)),
    problem,
  });
}

const NO_KEY = 'The x-api-key header contains no valid key.';

const messageOf = (error: unknown): string =>
  error instanceof Error ? `The request cannot be read: ${error.message.slice(0, 200)}.` : 'Unknown.';
