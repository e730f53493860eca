import { type ErrorCode, isErrorCode, SragError } from '../../core/index.ts';
import { excerpt, retryAfterMs } from '../../io/remote/index.ts';

/**
 * A problem response (RFC 9457) of the API. All fields are optional, because another server may have
 * answered.
 */
interface Problem {
  readonly status?: number;
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly requestId?: string;
  readonly remedy?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

interface Meaning {
  readonly code: ErrorCode;
  readonly remedy: string;
}

/** Error code and remedy for a status, for problem responses without an error code of srag. */
function meaningOf(status: number): Meaning {
  if (status === 401 || status === 403) {
    return {
      code: 'ACCESS_DENIED',
      remedy:
        'Check the credentials: AWS keys with the permission execute-api:Invoke, SRAG_API_KEY, or SRAG_API_TOKEN, as the deployment requires.',
    };
  }
  if (status === 404 || status === 405)
    return { code: 'REMOTE_FAILED', remedy: 'Check that the address is that of a srag API of this version.' };
  if (status === 429) return { code: 'THROTTLED', remedy: 'Wait, or deploy with more concurrency.' };
  if (status < 500) return { code: 'INVALID_ARGUMENT', remedy: 'Correct the request.' };
  return { code: 'REMOTE_FAILED', remedy: 'Try again; the logs of the deployment have the request id.' };
}

/** The error for an unsuccessful response of the API. */
export function remoteProblem(
  status: number,
  body: string,
  retryAfter: string | null,
  nowMs: number,
): SragError {
  let problem: Problem = {};
  try {
    problem = JSON.parse(body) as Problem;
  } catch {
    // The body is a proxy's page, not a problem response of the API.
    problem = { detail: excerpt(body) };
  }
  return problemError({ ...problem, status }, retryAfterMs(retryAfter, nowMs));
}

/** The error for a problem response, or for the problem in the last event of a stream. */
export function problemError(problem: Problem, waitMs?: number): SragError {
  const { status = 502, detail, title, requestId, errors, code = '' } = problem;
  const meaning = meaningOf(status);
  const fields = {
    status,
    remoteCode: code,
    requestId,
    retryAfterMs: waitMs,
    errors,
  };
  const words = detail || title || `HTTP ${status}`;
  return new SragError(isErrorCode(code) ? code : meaning.code, `The deployment answered: ${words}`, {
    remedy: problem.remedy ?? meaning.remedy,
    fields,
  });
}
