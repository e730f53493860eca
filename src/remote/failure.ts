import { type ErrorCode, messageOf, SragError } from '../core/index.ts';
import type { RetryFields } from './retry.ts';

/** Which code a service's own failures get, and how messages call the service. */
export interface ServiceContext {
  readonly failedCode: Extract<ErrorCode, 'EMBEDDER_FAILED' | 'GENERATOR_FAILED' | 'RERANKER_FAILED'>;
  /** For example `Bedrock model amazon.titan-embed-text-v2:0`. */
  readonly service: string;
  /** The model that was asked for. */
  readonly model: string;
}

/** An error of a remote service; `retry.retryable` says whether asking again may help. */
export function remoteFailure(
  code: ErrorCode,
  context: ServiceContext,
  detail: string,
  options: { remedy: string; retry: RetryFields; status?: number | undefined; cause?: unknown },
): SragError {
  return new SragError(code, `${context.service}: ${detail}`, {
    remedy: options.remedy,
    fields: {
      model: context.model,
      ...options.retry,
      ...(options.status === undefined ? {} : { status: options.status }),
    },
    cause: options.cause,
  });
}

/** The service stopped answering for `silenceMs`. */
export const silenceFailure = (context: ServiceContext, silenceMs: number, cause?: unknown): SragError =>
  remoteFailure(context.failedCode, context, `no answer within ${silenceMs} ms.`, {
    remedy: "Ask again later, or raise 'timeoutMs'.",
    retry: { retryable: true },
    cause,
  });

/** The connection could not be made, or broke. */
export function connectionFailure(context: ServiceContext, error: unknown, endpoint?: string): SragError {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (inner as { code?: unknown } | undefined)?.code;
  const reason =
    typeof code === 'string' && !messageOf(inner).includes(code)
      ? `${code} ${messageOf(inner)}`
      : messageOf(inner);
  const at = endpoint === undefined ? '' : ` to ${endpoint}`;
  return remoteFailure(context.failedCode, context, `the connection${at} failed: ${reason.trim()}.`, {
    remedy: 'Check the endpoint, the network and that the service runs; then try again.',
    retry: { retryable: true },
    cause: error,
  });
}

/** The service answered with something that the protocol does not allow. */
export const protocolFailure = (context: ServiceContext, detail: string, cause?: unknown): SragError =>
  remoteFailure(context.failedCode, context, detail, {
    remedy: 'Check that the endpoint speaks the expected protocol and that the model fits it.',
    retry: { retryable: false },
    cause,
  });

/** Shortens a foreign text for a message, without line breaks or control characters. */
export const excerpt = (text: string, length = 300): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
  const plain = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return plain.length > length ? `${plain.slice(0, length)}...` : plain;
};
