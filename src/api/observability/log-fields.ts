import { redact, SragError, withoutUndefined } from '../../core/index.ts';
import type { RequestRecord } from './record.ts';
import { safeCode, safeErrorName, safeId, safeMode, safeRoute, traceIdOf } from './safe-words.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An error without its message, which may quote a question or a document. */
interface ErrorFacts {
  readonly name?: string | undefined;
  readonly code?: string | undefined;
  readonly class?: string | undefined;
  /** Stack frames, logged only for unexpected errors. */
  readonly at?: readonly string[];
  /** Present only if text logging is enabled. */
  readonly message?: string;
  readonly upstream?: string;
  readonly cause?: ErrorFacts;
}

const MAX_CAUSES = 3;
const MAX_FRAMES = 6;

/**
 * Fields of a request's log line. Every string has the form of an id, a name or a code; question, answer and error
 * messages are included only if `logText` is set.
 */
export function logFields(record: RequestRecord, logText: boolean): Fields {
  const { index, text, cost } = record;
  const traceId = traceIdOf(record.traceHeader);
  return withoutUndefined({
    requestId: safeId(record.requestId),
    xray_trace_id: traceId,
    function: safeId(record.function),
    route: safeRoute(record.route),
    status: Number.isInteger(record.status) ? record.status : undefined,
    ms: Number.isFinite(record.totalMs) ? Math.round(record.totalMs * 10) / 10 : undefined,
    coldStart: record.coldStart === true ? true : undefined,
    index: index === undefined ? undefined : [safeId(index.kind), safeId(index.version)].join('@'),
    mode: record.mode === undefined ? undefined : safeMode(record.mode),
    cached: record.cached === true ? true : undefined,
    costUsd: cost === undefined ? undefined : Number(cost.totalUsd.toPrecision(6)),
    unpriced: cost?.unpriced?.map((name) => safeId(name) ?? 'other'),
    error: record.error === undefined ? undefined : errorFacts(record.error, logText),
    question: logText ? text?.question : undefined,
    answer: logText ? text?.answer : undefined,
  });
}

/** `warn` for throttling and for requests that succeed despite an error; `error` for server errors. */
export const levelOf = ({ status, error }: RequestRecord): 'info' | 'warn' | 'error' => {
  if (status >= 500) return 'error';
  return status === 429 || (error !== undefined && status < 400) ? 'warn' : 'info';
};

/** The loggable facts of any thrown value. */
export function errorFacts(error: unknown, logText: boolean, depth = 0): ErrorFacts {
  if (!(error instanceof Error)) return { name: typeof error };
  const isOwn = error instanceof SragError;
  // Problems are expected errors, like SragErrors, so their stack is not logged.
  const isProblem = error.name === 'HttpProblem' || error.name === 'RelayedProblem';
  const isFault = isOwn ? error.code === 'INTERNAL' : !isProblem;
  const { code } = error as { code?: unknown };
  const frames = isFault ? framesOf(error) : [];
  return withoutUndefined({
    name: safeErrorName(error.name),
    code: safeCode(code),
    class: isOwn ? error.class : undefined,
    at: frames.length === 0 ? undefined : frames,
    message: logText ? redact(error.message) : undefined,
    upstream: logText && isOwn ? error.upstream : undefined,
    cause:
      error.cause === undefined || depth >= MAX_CAUSES
        ? undefined
        : errorFacts(error.cause, logText, depth + 1),
  }) as ErrorFacts;
}

const FRAME = /(?:node:[\w/]+|(?<![\w.-])[\w.-]+\.[cm]?[jt]s):\d+:\d+(?=\)?$)/;

/**
 * File and line of the stack's frames. Frames are read after the last occurrence of the message, because
 * the message may imitate frames and the error's name may repeat the message.
 */
function framesOf({ stack = '', message }: Error): string[] {
  const start = message === '' ? 0 : stack.lastIndexOf(message);
  if (start === -1) return [];
  return stack
    .slice(start + message.length)
    .split('\n')
    .flatMap((line) => (line.startsWith('    at ') ? (FRAME.exec(line)?.[0] ?? []) : []))
    .slice(0, MAX_FRAMES);
}
