import { type ErrorCode, messageOf, SragError } from '../../core/index.ts';
import { AnswerTooLarge } from '../../io/aws/index.ts';
import { excerpt, retryAfterMs, systemCode } from '../../io/remote/index.ts';

/** A response with an error status. */
export interface ErrorResponse {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: string | undefined;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly retryable?: boolean;
  readonly remedy: string;
}

/** Temporary rejections: a full queue, too little memory, too much unfinished indexing. */
const THROTTLES = /rejected_execution_exception|circuit_breaking_exception|too_many_requests/;
/** Clusters and indexes that are closed to writes, mostly because a disk is full. */
export const BLOCKED = /block_exception/;
const TOO_MANY_CLAUSES = /too_many_(?:nested_)?clauses/;
const CLOCK = /not yet current|[Ss]ignature expired|RequestExpired/;

/** Type and reason of an OpenSearch error body; AWS's own errors have a message. */
export function reportedError(body: string): { readonly type: string; readonly reason: string } {
  try {
    const parsed = JSON.parse(body) as {
      error?: { type?: string; reason?: string; root_cause?: { type?: string; reason?: string }[] } | string;
      message?: string;
      Message?: string;
    };
    if (typeof parsed.error === 'object') {
      const cause = parsed.error.root_cause?.[0];
      return {
        type: cause?.type ?? parsed.error.type ?? '',
        reason: cause?.reason ?? parsed.error.reason ?? '',
      };
    }
    return { type: '', reason: parsed.error ?? parsed.message ?? parsed.Message ?? body };
  } catch {
    return { type: '', reason: body };
  }
}

/** The error for a response with an error status; `retryable` says whether a retry may help. */
export function responseError(action: string, { status, body, retryAfter }: ErrorResponse): SragError {
  const { type, reason } = reportedError(body);
  const { code, retryable = false, remedy } = meaningOf(status, type, reason);
  return new SragError(code, `${action}: OpenSearch answered ${status}${type === '' ? '' : ` (${type})`}.`, {
    remedy,
    upstream: excerpt(reason),
    fields: { status, type, retryable, retryAfterMs: retryAfterMs(retryAfter ?? null, Date.now()) },
  });
}

function meaningOf(status: number, type: string, reason: string): Meaning {
  // A full disk is reported with 403 or 429.
  if (BLOCKED.test(type))
    return {
      code: 'SEARCH_SERVER_FAILED',
      remedy: 'The server accepts no writes: free storage, then remove the block from the index or cluster.',
    };
  if (status === 429 || THROTTLES.test(type)) {
    return {
      code: 'THROTTLED',
      retryable: true,
      remedy: 'The server is overloaded: send fewer requests, or add nodes or capacity.',
    };
  }
  if (TOO_MANY_CLAUSES.test(type))
    return {
      code: 'SEARCH_SERVER_FAILED',
      remedy: 'Use a shorter question or fewer conditions, or raise indices.query.bool.max_clause_count.',
    };
  if (status === 401)
    return {
      code: 'ACCESS_DENIED',
      remedy: 'Check opensearch.username and password.',
    };
  if (status === 403 && CLOCK.test(reason))
    return {
      code: 'ACCESS_DENIED',
      remedy: "Set this machine's clock: signatures are valid for minutes only.",
    };
  if (status === 403)
    return {
      code: 'ACCESS_DENIED',
      remedy:
        'Allow this identity to use the indices (access policy of the domain, data access policy of the collection), and check service and region.',
    };
  if (status === 413)
    return {
      code: 'SEARCH_SERVER_FAILED',
      remedy: 'The request is too large for the server: raise http.max_content_length.',
    };
  if (status === 408 || status >= 500) {
    return {
      code: 'SEARCH_SERVER_FAILED',
      retryable: true,
      remedy: 'Try again later: the server failed. Its log has the cause.',
    };
  }
  return {
    code: 'SEARCH_SERVER_FAILED',
    remedy: 'The server refused the request: the command line shows its message.',
  };
}

/** The error for a request without a complete response in time. */
export const timeError = (action: string, timeoutMs: number, cause: unknown): SragError =>
  new SragError(
    'SEARCH_SERVER_FAILED',
    `${action}: OpenSearch sent no complete answer within ${timeoutMs} ms.`,
    {
      remedy: 'Raise opensearch.timeoutMs, or check the load of the server.',
      fields: { retryable: true, timeoutMs },
      cause,
    },
  );

/** The error for a response that is not what the API documents, for example from a proxy. */
export const unexpectedAnswer = (action: string, missing: string): SragError =>
  new SragError('SEARCH_SERVER_FAILED', `${action}: the answer of OpenSearch has no '${missing}'.`, {
    remedy: 'Check that opensearch.url is the address of an OpenSearch server.',
    fields: { retryable: false },
  });

/** The error for a connection that could not be opened, broke, or delivered no complete response. */
export function connectionError(action: string, url: string, error: unknown): SragError {
  if (error instanceof SragError) return error;
  if (error instanceof AnswerTooLarge)
    return new SragError('SEARCH_SERVER_FAILED', `${action}: ${error.message}.`, {
      remedy: 'Request fewer hits.',
      fields: { retryable: false },
    });
  const reason = systemCode(error);
  return new SragError(
    'SEARCH_SERVER_FAILED',
    `${action}: the connection to OpenSearch failed${reason === '' ? '' : ` (${reason})`}.`,
    {
      remedy: 'Check opensearch.url, the network, and that the server runs.',
      upstream: `${new URL(url).origin}: ${excerpt(messageOf(error))}`,
      fields: { retryable: true },
      cause: error,
    },
  );
}

/** The error for an index that is missing on the server. */
export const missingIndex = (version: string, name: string): SragError =>
  new SragError('DAMAGED_STORE', `Index '${name}' of version ${version} does not exist on the server.`, {
    remedy:
      'Check opensearch.url; if the index was deleted, build and publish a version again: srag index build KIND.',
    fields: { version, index: name },
  });
