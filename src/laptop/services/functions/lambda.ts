import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { messageOf } from '../../../core/index.ts';
import { accessKeyOf } from '../credentials.ts';
import { readBytes } from '../json/body.ts';
import type { PathService } from '../json/server.ts';
import { asWireError, type WireError, wireError } from '../wire-error.ts';
import type { InvocationReply, InvocationType, InvokeFunction } from './handlers.ts';

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?(.*))?$/;
const ANY_PATH = /^\/20\d\d-\d\d-\d\d\//;
const TYPES: readonly string[] = ['RequestResponse', 'Event', 'DryRun'];
/** Lambda's payload limits. */
const MAX_PAYLOAD_BYTES: Readonly<Record<string, number>> = {
  RequestResponse: 6 * 1_024 ** 2,
  DryRun: 6 * 1_024 ** 2,
  Event: 1_024 ** 2,
};

/** Lambda: only Invoke. */
export class LambdaService implements PathService {
  readonly #invoke: InvokeFunction | undefined;

  constructor(invoke: InvokeFunction | undefined) {
    this.#invoke = invoke;
  }

  serves(incoming: IncomingMessage): boolean {
    return incoming.headers['x-amz-target'] === undefined && ANY_PATH.test(incoming.url ?? '');
  }

  async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      answer(outgoing, await this.#run(incoming, outgoing));
    } catch (error) {
      incoming.resume();
      const wire = asWireError(error) ?? {
        awsCode: 'ServiceException',
        status: 500,
        message: messageOf(error),
        details: {},
      };
      refuse(outgoing, wire);
    }
  }

  async #run(incoming: IncomingMessage, outgoing: ServerResponse): Promise<InvocationReply> {
    const { headers, method, url = '' } = incoming;
    const found = PATH.exec(url);
    if (method !== 'POST' || found === null) {
      throw wireError('UnknownOperationException', 404, `${method} ${url} is not supported by the laptop.`);
    }
    if (accessKeyOf(headers.authorization) === undefined) {
      throw wireError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
    }
    const type = String(headers['x-amz-invocation-type'] ?? 'RequestResponse') as InvocationType;
    if (!TYPES.includes(type)) {
      throw wireError(
        'InvalidParameterValueException',
        400,
        `The invocation type '${type}' is unknown to Lambda.`,
      );
    }
    const name = functionName(decoded(found[1]!), new URLSearchParams(found[2] ?? ''));
    const payload = await readBytes(incoming, MAX_PAYLOAD_BYTES[type]!, 'RequestTooLargeException');
    checkJson(payload);
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    const reply = await this.#invoke?.(name, payload, type, {
      traceHeader: headers['x-amzn-trace-id'] === undefined ? undefined : String(headers['x-amzn-trace-id']),
      clientContext:
        headers['x-amz-client-context'] === undefined ? undefined : String(headers['x-amz-client-context']),
      signal: gone.signal,
    });
    if (reply === undefined || reply.statusCode === 404) {
      throw wireError('ResourceNotFoundException', 404, `Function not found: ${name}`);
    }
    // The log is returned only on request.
    return headers['x-amz-log-type'] === 'Tail' ? reply : { ...reply, logTail: undefined };
  }
}

/**
 * Parses an ARN, a partial ARN or a name; the only qualifier is `$LATEST`.
 * @throws ResourceNotFoundException
 */
function functionName(given: string, query: URLSearchParams): string {
  const arn =
    /^(?:arn:[^:]+:lambda:[^:]*:)?(?:\d{12}:)?(?:function:)?([A-Za-z0-9_-]{1,64})(?::([A-Za-z0-9_$-]+))?$/.exec(
      given,
    );
  if (arn === null) {
    throw wireError('ValidationException', 400, `'${given}' is not a valid function name or ARN.`);
  }
  const qualifier = query.get('Qualifier') ?? arn[2] ?? '$LATEST';
  if (qualifier !== '$LATEST') {
    throw wireError('ResourceNotFoundException', 404, `Function not found: ${given}, qualifier ${qualifier}`);
  }
  return arn[1]!;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @throws InvalidRequestContentException */
function checkJson(payload: Buffer): void {
  if (payload.length === 0) return;
  try {
    JSON.parse(payload.toString('utf8'));
  } catch (error) {
    throw wireError(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: ${messageOf(error)}`,
    );
  }
}

function answer(outgoing: ServerResponse, reply: InvocationReply): void {
  if (reply.statusCode === 429) {
    refuse(
      outgoing,
      { awsCode: 'TooManyRequestsException', status: 429, message: 'Rate Exceeded.', details: {} },
      { Type: 'User', Reason: reply.reason ?? 'ConcurrentInvocationLimitExceeded' },
      { 'retry-after': String(reply.retryAfterSeconds ?? 1) },
    );
    return;
  }
  const body = reply.payload ?? new Uint8Array();
  outgoing.writeHead(reply.statusCode, {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
    'x-amz-executed-version': '$LATEST',
    ...(reply.functionError === undefined ? {} : { 'x-amz-function-error': reply.functionError }),
    ...(reply.logTail === undefined ? {} : { 'x-amz-log-result': reply.logTail }),
  });
  outgoing.end(body);
}

function refuse(
  outgoing: ServerResponse,
  { awsCode, status, message }: WireError,
  more: Readonly<Record<string, string>> = { Type: status < 500 ? 'User' : 'Service' },
  headers: OutgoingHttpHeaders = {},
): void {
  const body = Buffer.from(JSON.stringify({ ...more, message, Message: message }));
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
    'x-amzn-errortype': awsCode,
    ...headers,
  });
  outgoing.end(body);
}
