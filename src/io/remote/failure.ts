import { type ErrorCode, messageOf, SragError } from '../../core/index.ts';
import type { RetryFields } from './retry.ts';
import type { TimeLimit } from './watchdog.ts';

/** Which code a service's own failures get, and how messages call the service. */
export interface ServiceContext {
  readonly failedCode: Extract<ErrorCode, 'EMBEDDER_FAILED' | 'GENERATOR_FAILED' | 'RERANKER_FAILED'>;
  /** For example `Bedrock model amazon.titan-embed-text-v2:0`. */
  readonly service: string;
  /** Where it stands, for who may know: not in messages, which callers of an API read. */
  readonly host?: string;
  /** The model that was asked for. */
  readonly model: string;
}

/**
 * An error of a remote service; `retry.retryable` says whether asking again may help. `detail` is srag's own: what the
 * service said are `words`, for they may quote what it was sent.
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
  const said = [context.host, options.words].filter((part) => part !== undefined && part !== '');
  return new SragError(code, `${context.service}: ${detail}`, {
    remedy: options.remedy,
    fields: {
      model: context.model,
      ...options.retry,
      ...(options.status === undefined ? {} : { status: options.status }),
    },
    upstream: said.length === 0 ? undefined : said.join(': '),
    cause: options.cause,
  });
}

/** The service stopped answering, or did not come to the end of its answer. */
export const timeFailure = (context: ServiceContext, { kind, ms }: TimeLimit, cause?: unknown): SragError =>
  kind === 'silence'
    ? remoteFailure(context.failedCode, context, `no answer within ${ms} ms.`, {
        remedy: "Ask again later, or raise 'timeoutMs'.",
        retry: { retryable: true },
        cause,
      })
    : remoteFailure(context.failedCode, context, `no whole answer within ${ms} ms.`, {
        remedy: "Ask for a shorter answer, or raise 'timeoutMs', of which this is ten times.",
        retry: { retryable: false },
        cause,
      });

/** The service sent more than any answer to such a request has. */
export const sizeFailure = (context: ServiceContext, maxBytes: number): SragError =>
  protocolFailure(context, `the answer has more than ${maxBytes} bytes.`);

/** The connection could not be made, or broke. */
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

/** The operating system's or Node's name for what happened, such as ECONNRESET; '' where there is none. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,59}$/.test(code) ? code : '';
}

/** The service answered with something that the protocol does not allow; `words` are what it was. */
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

/** Shortens a foreign text for a message, without line breaks or control characters. */
export const excerpt = (text: string, length = 300): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
  const plain = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return plain.length > length ? `${plain.slice(0, length)}...` : plain;
};
