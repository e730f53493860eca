import type { z } from 'zod';
import { type ErrorCode, SragError, withoutUndefined } from '../../core/index.ts';
import { publicMessage } from './public-words.ts';
import type { Problem } from './schemas.ts';

/** Statuses of the problem responses (RFC 9457) that the HTTP layer itself creates. */
const HTTP_PROBLEMS = {
  INVALID_BODY: [400, 'Bad request'],
  INVALID_QUERY: [400, 'Bad request'],
  INVALID_REQUEST: [400, 'Bad request'],
  INVALID_ARGUMENT: [400, 'Bad request'],
  UNAUTHENTICATED: [401, 'Unauthenticated'],
  FORBIDDEN: [403, 'Forbidden'],
  NO_SUCH_ROUTE: [404, 'Not found'],
  METHOD_NOT_ALLOWED: [405, 'Method not allowed'],
  NOT_ACCEPTABLE: [406, 'Not acceptable'],
  BODY_TOO_LARGE: [413, 'Content too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Unsupported media type'],
  TOO_MANY_REQUESTS: [429, 'Too many requests'],
  UPSTREAM_FAILED: [502, 'Bad gateway'],
  STAGE_TIMEOUT: [504, 'Gateway timeout'],
} as const;
type HttpProblemCode = keyof typeof HTTP_PROBLEMS;

/** Error codes whose status differs from the status of their class. */
const BY_CODE: Partial<Record<ErrorCode, number>> = {
  UNKNOWN_COLLECTION: 404,
  UNKNOWN_INDEX_KIND: 404,
  UNKNOWN_INDEX_VERSION: 404,
  UNKNOWN_DOCUMENT: 404,
  NO_INDEX: 404,
  NO_EMBEDDER: 422,
  NO_LEXICAL_SEARCH: 422,
  UNKNOWN_FIELD: 422,
  DIMENSION_MISMATCH: 422,
  UNSUPPORTED: 422,
  INVALID_VECTOR: 422,
  REPLY_TOO_LARGE: 422,
  // Faults of the deployment, not of the caller.
  INVALID_CONFIG: 502,
  UNKNOWN_CONFIG_KEY: 502,
  UNKNOWN_EMBEDDER: 502,
  UNKNOWN_GENERATOR: 502,
  UNKNOWN_RERANKER: 502,
  EMBEDDER_MISMATCH: 502,
  SETTINGS_MISMATCH: 502,
  UNKNOWN_PRICE: 502,
  THROTTLED: 503,
  STORAGE_UNAVAILABLE: 503,
  OBJECT_NOT_FOUND: 503,
  DAMAGED_STORE: 503,
  INDEX_SIGNATURE_MISSING: 503,
  INDEX_SIGNATURE_INVALID: 503,
  INDEX_SIGNATURE_KEY_MISSING: 503,
  DEADLINE_EXCEEDED: 504,
  CANCELLED: 504,
};
/** By error class. Callers' input is already validated, so input and state errors are the service's faults. */
const BY_CLASS = { usage: 400, input: 502, state: 502, service: 502 } as const;

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  404: 'Not found',
  422: 'Cannot be processed',
  429: 'Too many requests',
  502: 'Bad gateway',
  503: 'Service unavailable',
  504: 'Gateway timeout',
};

/** Default `Retry-After` in seconds, for temporary failures. */
export const RETRY_AFTER_SECONDS = 1;
/** Upper bound for a `Retry-After` requested by a service behind the API. */
const MAX_RETRY_AFTER_SECONDS = 3_600;

/** Maximum characters of a fault's path and of its message, both of which may quote the request. */
const MAX_PATH = 200;
const MAX_MESSAGE = 500;
/** Maximum number of faults in one problem response. */
const MAX_ERRORS = 20;

/** An error of the HTTP layer itself. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: HttpProblemCode;
  readonly remedy: string | undefined;
  readonly errors: Problem['errors'];

  constructor(
    code: HttpProblemCode,
    message: string,
    options: { readonly remedy?: string; readonly errors?: Problem['errors'] } = {},
  ) {
    super(message);
    this.code = code;
    this.remedy = options.remedy;
    this.errors = options.errors;
  }
}

/** A problem response of another function, relayed unchanged. */
export class RelayedProblem extends Error {
  override readonly name = 'RelayedProblem';
  readonly problem: Omit<Problem, 'requestId'>;
  readonly code: string;

  constructor(problem: Omit<Problem, 'requestId'>) {
    super(problem.detail);
    this.code = problem.code;
    this.problem = problem;
  }
}

/** The problem response for a malformed request that matched no route. */
export const malformedRequest = (detail: string, requestId: string): Problem =>
  problemOf(new HttpProblem('INVALID_REQUEST', detail), requestId);

/** The problem response for a request that the caller is not permitted to make. */
export const forbidden = (detail: string, requestId: string): Problem =>
  problemOf(new HttpProblem('FORBIDDEN', detail), requestId);

/** The problem response for an invalid body or query string. */
export const invalidInput = ({ issues }: z.ZodError, code: 'INVALID_BODY' | 'INVALID_QUERY'): HttpProblem => {
  const errors = issues.slice(0, MAX_ERRORS).flatMap((issue) => {
    const paths =
      issue.code === 'unrecognized_keys'
        ? issue.keys.slice(0, MAX_ERRORS).map((key) => [...issue.path, key])
        : [issue.path];
    return paths.map((path) => ({
      path: path.join('.').slice(0, MAX_PATH),
      message: issue.message.slice(0, MAX_MESSAGE),
    }));
  });
  const [first] = errors;
  return new HttpProblem(code, `${first?.path || 'The request'}: ${first?.message ?? 'invalid'}`, {
    errors: errors.slice(0, MAX_ERRORS),
  });
};

/** Converts any thrown value to RFC 9457 problem details. Unexpected errors become a 502 without their message. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof RelayedProblem) return { ...error.problem, requestId };
  if (error instanceof HttpProblem) {
    const [status, title] = HTTP_PROBLEMS[error.code];
    return withoutUndefined({
      ...common(error.code, status, title, error.message, requestId),
      remedy: error.remedy,
      errors: error.errors,
    });
  }
  if (!(error instanceof SragError) || error.code === 'INTERNAL') {
    // The message of an unexpected error may contain anything, so it appears only in the log.
    return common('INTERNAL', 502, TITLES[502]!, 'srag failed unexpectedly.', requestId);
  }
  const status = BY_CODE[error.code] ?? BY_CLASS[error.class];
  const { path, field = path, retryAfterMs } = error.fields;
  const words = publicMessage(error, status < 500);
  return withoutUndefined({
    ...common(error.code, status, TITLES[status] ?? 'Error', words, requestId),
    remedy: error.remedy,
    retryAfter: status === 503 && typeof retryAfterMs === 'number' ? secondsOf(retryAfterMs) : undefined,
    errors:
      typeof field === 'string' && status < 500
        ? [{ path: field.slice(0, MAX_PATH), message: words.slice(0, MAX_MESSAGE) }]
        : undefined,
  });
}

const secondsOf = (milliseconds: number): number =>
  Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(RETRY_AFTER_SECONDS, Math.ceil(milliseconds / 1_000)));

const common = (code: string, status: number, title: string, detail: string, requestId: string): Problem => ({
  type: 'about:blank',
  title,
  status,
  detail: detail.slice(0, 2_000),
  code,
  requestId,
});
