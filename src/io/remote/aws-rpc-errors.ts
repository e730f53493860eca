import { type ErrorCode, messageOf, SragError } from '../../core/index.ts';
import { excerpt, systemCode } from './failure.ts';

const THROTTLES = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'TooManyRequestsException',
]);
const DENIED = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'IncompleteSignatureException',
  'IncompleteSignature',
  'MissingAuthenticationTokenException',
  'InvalidClientTokenId',
  'ExpiredTokenException',
  'ExpiredToken',
  'SignatureDoesNotMatch',
]);

/** A signature whose time differs too much from the service's clock. */
const CLOCK = /not yet current|[Ss]ignature expired|RequestExpired|RequestTimeTooSkewed/;

interface Details {
  readonly remedy: string;
  readonly retryable: boolean;
  readonly type?: string;
  readonly status?: number;
  /** The message of the service or of the connection error. */
  readonly words?: string | undefined;
  readonly cause?: unknown;
}

function rpcError(
  code: ErrorCode,
  service: string,
  operation: string,
  detail: string,
  { remedy, words, cause, ...fields }: Details,
): SragError {
  return new SragError(code, `${service} ${operation}: ${detail}`, {
    remedy,
    fields: { service, operation, ...fields },
    upstream: words,
    cause,
  });
}

/** An error response. */
export interface RpcErrorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The error for an error response, whose type may have a namespace before `#` and a URL after `:`. */
export function rpcServiceError(
  service: string,
  operation: string,
  { status, headers, body }: RpcErrorResponse,
): SragError {
  const parsed = parse(body);
  const named = parsed.__type ?? headers['x-amzn-errortype'] ?? parsed.code;
  const type = (typeof named === 'string' && named.split('#').at(-1)?.split(':')[0]) || `HTTP${status}`;
  const message = parsed.message ?? parsed.Message;
  const words = typeof message === 'string' && message !== '' ? excerpt(message) : undefined;
  const detail = `${/^[\w.]{1,80}$/.test(type) ? type : `HTTP${status}`}.`;
  const { code, ...meaning } = meaningOf({ type, status, words }, `${service.toLowerCase()}:${operation}`);
  return rpcError(code, service, operation, detail, { ...meaning, type, status, words });
}

function meaningOf(
  { type, status, words }: { type: string; status: number; words: string | undefined },
  action: string,
): { readonly code: ErrorCode; readonly remedy: string; readonly retryable: boolean } {
  if (THROTTLES.has(type) || status === 429)
    return {
      code: 'THROTTLED',
      remedy: 'Wait, or raise the limit of the table or the account.',
      retryable: true,
    };
  if (CLOCK.test(`${type} ${words}`))
    return {
      code: 'ACCESS_DENIED',
      remedy: "Set this machine's clock: signatures are valid for minutes only.",
      retryable: false,
    };
  if (DENIED.has(type) || status === 401 || status === 403)
    return {
      code: 'ACCESS_DENIED',
      remedy: `Grant the role ${action} on the resource, and check region and keys.`,
      retryable: false,
    };
  if (status >= 500 || status === 408)
    return { code: 'AWS_UNAVAILABLE', remedy: 'Try again later: the service failed.', retryable: true };
  return {
    code: 'AWS_REFUSED',
    remedy: 'Check that the resource named in the request exists in this region and account.',
    retryable: false,
  };
}

/** The error for a connection that broke or could not be opened. */
export const rpcConnectionError = (service: string, operation: string, error: unknown): SragError => {
  const code = systemCode(error);
  return rpcError(
    'AWS_UNAVAILABLE',
    service,
    operation,
    `the connection failed${code === '' ? '' : ` (${code})`}.`,
    {
      remedy: 'Check the endpoint, the network and the region.',
      retryable: true,
      words: excerpt(messageOf(error)),
      cause: error,
    },
  );
};

/** The error for a call that exceeded its deadline. */
export const rpcDeadlineError = (
  service: string,
  operation: string,
  deadlineMs: number,
  cause: unknown,
): SragError =>
  rpcError('AWS_UNAVAILABLE', service, operation, `no answer within ${deadlineMs} ms.`, {
    remedy: 'Check the network, or raise the time limit.',
    retryable: false,
    cause,
  });

/** The error for a response that violates the protocol. */
export const rpcProtocolError = (
  service: string,
  operation: string,
  got: string,
  cause?: unknown,
): SragError =>
  rpcError('AWS_UNAVAILABLE', service, operation, `the endpoint returned ${got}.`, {
    remedy: 'Check that the endpoint speaks AWS JSON.',
    retryable: false,
    cause,
  });

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
