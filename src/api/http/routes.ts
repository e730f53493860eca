import type { z } from 'zod';
import {
  generateBody,
  healthReply,
  queryBody,
  queryReply,
  retrieveBody,
  retrieveQuery,
  retrieveReply,
} from './schemas.ts';

/** A route of the API as data, for the app and the OpenAPI document. */
export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  /** A JSON schema, unless the route streams events. */
  readonly reply: z.ZodType | 'events' | 'openapi';
}

export const ROUTES = [
  {
    method: 'post',
    path: '/query',
    operationId: 'query',
    summary: 'Answer a question with citations.',
    body: queryBody,
    reply: queryReply,
  },
  {
    method: 'post',
    path: '/query/stream',
    operationId: 'queryStream',
    summary: 'Answer as server-sent events: hits, tokens, then done.',
    body: queryBody,
    reply: 'events',
  },
  {
    method: 'get',
    path: '/retrieve',
    operationId: 'retrieveByUrl',
    summary: 'Find the chunks that match a question.',
    query: retrieveQuery,
    reply: retrieveReply,
  },
  {
    method: 'post',
    path: '/retrieve',
    operationId: 'retrieve',
    summary: 'Find the chunks that match a question or its vector.',
    body: retrieveBody,
    reply: retrieveReply,
  },
  {
    method: 'get',
    path: '/retrieve-mock',
    operationId: 'retrieveMockByUrl',
    summary: 'Return fixed hits without a search, to measure the overhead of the request path.',
    query: retrieveQuery,
    reply: retrieveReply,
  },
  {
    method: 'post',
    path: '/retrieve-mock',
    operationId: 'retrieveMock',
    summary: 'Return fixed hits without a search, to measure the overhead of the request path.',
    body: retrieveBody,
    reply: retrieveReply,
  },
  {
    method: 'post',
    path: '/generate',
    operationId: 'generate',
    summary: 'Answer a question from given passages.',
    body: generateBody,
    reply: queryReply,
  },
  {
    method: 'get',
    path: '/health',
    operationId: 'health',
    summary: 'Check that the API responds.',
    reply: healthReply,
  },
  {
    method: 'get',
    path: '/openapi.json',
    operationId: 'openapi',
    summary: 'Return the OpenAPI document of this API.',
    reply: 'openapi',
  },
] as const satisfies readonly Route[];

export type OperationId = (typeof ROUTES)[number]['operationId'];
