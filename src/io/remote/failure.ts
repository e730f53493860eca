import { type ErrorCode, messageOf, SragError } from '../../core/index.ts';
import type { RetryFields } from './retry.ts';
import type { TimeLimit } from './watchdog.ts';

/** Describes a remote service in errors: the code for its failures, and its name in messages. */
export interface ServiceContext {
  readonly failedCode: Extract<ErrorCode, 'EMBEDDER_FAILED' | 'GENERATOR_FAILED' | 'RERANKER_FAILED'>;
  /** For example `Bedrock model amazon.titan-embed-text-v2:0`. */
  readonly service: string;
  /** The service's address. It is part of `upstream`, but not of messages, which API callers can read. */
  readonly host?: string;
  /** The requested model. */
  readonly model: string;
}

/**
 * An error of a remote service; `retry.retryable` says whether a retry may help. `detail` is srag's own text; `words`
 * is the service's message, which is kept apart because it may quote the request.
 */
export function remoteFailure(
  code: ErrorCode,
  context: ServiceContext,
  detail: string,
  options: {
    remedy: string;
    retry: RetryFields;
    status?: number | undefined;
    words?: string | undefined;
    cause?: unknown;
  },
): SragError {
  const details = [context.host, options.words].filter((part) => part !== undefined && part !== '');
  return new SragError(code, `${context.service}: ${detail}`, {
    remedy: options.remedy,
    fields: {
      model: context.model,
      ...options.retry,
      ...(options.status === undefined ? {} : { status: options.status }),
    },
    upstream: details.length === 0 ? undefined : details.join(': '),
    cause: options.cause,
  });
}

/** The error for a service that stopped responding or did not complete its response in time. */
export const timeFailure = (context: ServiceContext, { kind, ms }: TimeLimit, cause?: unknown): SragError =>
  kind === 'silence'
    ? remoteFailure(context.failedCode, context, `no answer within ${ms} ms.`, {
        remedy: "Try again later, or raise 'timeoutMs'.",
        retry: { retryable: true },
        cause,
      })
    : remoteFailure(context.failedCode, context, `no complete answer within ${ms} ms.`, {
        remedy: "Request a shorter answer, or raise 'timeoutMs' (this limit is ten times its value).",
        retry: { retryable: false },
        cause,
      });

/** The error for a response over the size limit. */
export const sizeFailure = (context: ServiceContext, maxBytes: number): SragError =>
  protocolFailure(context, `the response has more than ${maxBytes} bytes.`);

/** The error for a connection that broke or could not be opened. */
export function connectionFailure(context: ServiceContext, error: unknown, endpoint?: string): SragError {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = systemCode(inner);
  const at = endpoint === undefined ? '' : `connection to ${endpoint}: `;
  return remoteFailure(
    context.failedCode,
    context,
    `the connection failed${reason === '' ? '' : ` (${reason})`}.`,
    {
      remedy: 'Check the endpoint, the network and that the service runs; then try again.',
      retry: { retryable: true },
      words: at + excerpt(messageOf(inner)),
      cause: error,
    },
  );
}

/** The error code of the operating system or of Node, such as ECONNRESET; '' if there is none. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,59}$/.test(code) ? code : '';
}

/** The error for a response that violates the protocol; `words` quotes the response. */
export const protocolFailure = (
  context: ServiceContext,
  detail: string,
  { words, cause }: { readonly words?: string; readonly cause?: unknown } = {},
): SragError =>
  remoteFailure(context.failedCode, context, detail, {
    remedy: 'Check that the endpoint speaks the expected protocol and that the model fits it.',
    retry: { retryable: false },
    words: words === undefined ? undefined : excerpt(words),
    cause,
  });

/** Shortens an external text for a message and removes line breaks and control characters. */
export const excerpt = (text: string, length = 300): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes.
  const plain = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return plain.length > length ? `${plain.slice(0, length)}...` : plain;
};
