import type { ErrorCode, SragError } from '../../core/index.ts';
import { excerpt, remoteFailure, type ServiceContext } from './failure.ts';

/**
 * The wait, in milliseconds, that a `Retry-After` header requests in seconds or as an HTTP date (RFC 9110,
 * 10.2.3).
 */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** Message and code of an error body, in the formats of OpenAI-compatible servers. */
function bodyMessage(body: string): { message: string; code: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = pick(parsed, 'error') ?? parsed;
    const message = typeof error === 'string' ? error : pick(error, 'message') || pick(error, 'detail');
    const code = pick(error, 'code') ?? pick(error, 'type');
    return {
      message: excerpt(typeof message === 'string' && message !== '' ? message : body),
      code: typeof code === 'string' ? code : '',
    };
  } catch {
    return { message: excerpt(body), code: '' };
  }
}

const pick = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** Statuses of requests that are rejected for their content. */
const REFUSED_INPUT = new Set([400, 413, 422]);
/** Server messages about texts that are too long for the model; Ollama and llama.cpp send them with status 500. */
const TOO_LONG =
  /(?<!\b(?:took|taking|takes) )\btoo (?:long|large|many tokens)\b|\bexceeds? (?:the )?(?:maximum |available |model'?s? )?(?:context|input|sequence|token)/i;

interface StatusMeaning {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly refusedInput?: boolean;
  readonly remedy: string;
}

function meaningOf(
  status: number,
  { message, code }: { readonly message: string; readonly code: string },
  context: ServiceContext,
  hasKey: boolean,
): StatusMeaning {
  const fatal = (name: ErrorCode, remedy: string): StatusMeaning => ({
    code: name,
    retryable: false,
    remedy,
  });
  if (status === 401) {
    return hasKey
      ? fatal('ACCESS_DENIED', "The API key was refused: check 'apiKey'.")
      : fatal('CREDENTIALS_MISSING', "The service requires an API key: set 'apiKey'.");
  }
  if (status === 403) return fatal('ACCESS_DENIED', `Allow this key to use the model '${context.model}'.`);
  if (status === 404 || code === 'model_not_found') {
    return fatal('MODEL_NOT_FOUND', `Check 'model' (now '${context.model}') and 'baseUrl'.`);
  }
  if (status === 429) {
    return code === 'insufficient_quota'
      ? fatal('THROTTLED', 'The account has no quota left: check its plan and billing.')
      : {
          code: 'THROTTLED',
          retryable: true,
          remedy: "Wait, lower 'concurrency', or ask for a higher limit.",
        };
  }
  const refusedInput = REFUSED_INPUT.has(status) || (status === 500 && TOO_LONG.test(message));
  if (status === 408 || (status >= 500 && !refusedInput)) {
    return { code: context.failedCode, retryable: true, remedy: 'Try again later: the service failed.' };
  }
  const remedy = 'The service refused the request: the command line shows its message.';
  return { ...fatal(context.failedCode, remedy), refusedInput };
}

/** The error for an unsuccessful HTTP response. */
export function httpFailure(
  context: ServiceContext,
  answer: { status: number; body: string; retryAfterMs: number | undefined; hasKey: boolean },
): SragError {
  const reported = bodyMessage(answer.body);
  const meaning = meaningOf(answer.status, reported, context, answer.hasKey);
  return remoteFailure(meaning.code, context, `HTTP ${answer.status}.`, {
    words: reported.message,
    remedy: meaning.remedy,
    status: answer.status,
    retry: {
      retryable: meaning.retryable,
      refusedInput: meaning.refusedInput ? true : undefined,
      retryAfterMs: answer.retryAfterMs,
    },
  });
}
