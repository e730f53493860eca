import { redact, SragError } from '../../core/index.ts';
import type { RequestRecord } from './record.ts';
import { safeCode, safeErrorName, safeId, safeMode, safeRoute, traceIdOf } from './safe-words.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What was thrown, without its words: they may quote a question or a document. */
interface ErrorFacts {
  readonly name?: string | undefined;
  readonly code?: string | undefined;
  readonly class?: string | undefined;
  /** Where it was thrown, for faults of srag's own. */
  readonly at?: readonly string[];
  /** Only where texts may be logged. */
  readonly message?: string;
  readonly upstream?: string;
  readonly cause?: ErrorFacts;
}

const MAX_CAUSES = 3;
const MAX_FRAMES = 6;

/**
 * Fields of the one log line of a request. Every string is an id, a name or a code by its form; the question, the
 * answer and the words of errors are there only where `logText` says so.
 */
export function logFields(record: RequestRecord, logText: boolean): Fields {
  const { index, text, cost } = record;
  const traceId = traceIdOf(record.traceHeader);
  return withoutAbsent({
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

/** `warn` for what the caller may mend, `error` for what the operator must. */
export const levelOf = ({ status, error }: RequestRecord): 'info' | 'warn' | 'error' => {
  if (status >= 500) return 'error';
  return status === 429 || (error !== undefined && status < 400) ? 'warn' : 'info';
};

/** What a log may say of anything thrown. */
export function errorFacts(error: unknown, logText: boolean, depth = 0): ErrorFacts {
  if (!(error instanceof Error)) return { name: typeof error };
  const isOwn = error instanceof SragError;
  // Problems are refusals in srag's own words, as its errors are: where they were made is of no interest.
  const isProblem = error.name === 'HttpProblem' || error.name === 'RelayedProblem';
  const isFault = isOwn ? error.code === 'INTERNAL' : !isProblem;
  const { code } = error as { code?: unknown };
  const frames = isFault ? framesOf(error) : [];
  return withoutAbsent({
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
 * Places of a stack, file and line alone, and only what stands after the message: that might imitate the rest.
 * The last place where the message stands is taken, for a name may repeat it.
 */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.lastIndexOf(message);
  if (start === -1) return [];
  return stack
    .slice(start + message.length)
    .split('\n')
    .flatMap((line) => (line.startsWith('    at ') ? (FRAME.exec(line)?.[0] ?? []) : []))
    .slice(0, MAX_FRAMES);
}

const withoutAbsent = (fields: Readonly<Record<string, unknown>>): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
