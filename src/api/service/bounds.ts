import { isTurnOver, nextTurn, SragError } from '../../core/index.ts';

/** Bytes of JSON that chunks beside an answer may have. */
export const MAX_CHUNKS_BYTES = 200_000;
/** Limits of what is sent, as JSON. */
export const REPLY_LIMITS = {
  /** An answer with its citations; chunks for 50 hits still fit beside it. Streams have no such limit. */
  answerBytes: 150_000,
  /** Hits inside a function's reply: Lambda's 6,291,556 with room for trace, cost and headers. */
  hitsBytes: 6_250_000,
} as const;
/** And with the answer and its citations: with trace and use below the 256 KiB that a state may have. */
const MAX_CONTENT_BYTES = 240_000;
/** Bytes of JSON that a state of a workflow may carry: Step Functions' 262,144 with room for what is around it. */
const MAX_STATE_BYTES = 258_000;

/** Bytes of a value as JSON. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/**
 * Watches an answer as it comes, so that a model that does not keep to its token limit is not read to its end.
 * @throws ANSWER_TOO_LONG
 */
export function boundedAnswer(): (text: string) => void {
  let bytes = 0;
  return (text) => {
    bytes += jsonBytes(text) - 2;
    if (bytes > REPLY_LIMITS.answerBytes) throw tooLong('The answer has', REPLY_LIMITS.answerBytes);
  };
}

/**
 * Bytes that an answer and its citations leave to the chunks beside them.
 * @throws ANSWER_TOO_LONG where the citations make it so
 */
export function checkAnswer(said: {
  readonly answer: string;
  readonly citations: readonly unknown[];
}): number {
  const bytes = jsonBytes(said);
  if (bytes > REPLY_LIMITS.answerBytes)
    throw tooLong('The answer and its citations have', REPLY_LIMITS.answerBytes);
  return Math.min(MAX_CHUNKS_BYTES, MAX_CONTENT_BYTES - bytes);
}

/** What a workflow hands on, which may be large only where ids are. @throws ANSWER_TOO_LONG */
export function checkState<Value>(value: Value): Value {
  if (jsonBytes(value) > MAX_STATE_BYTES) throw tooLong('What a step hands on has', MAX_STATE_BYTES);
  return value;
}

const tooLong = (what: string, most: number): SragError =>
  new SragError('ANSWER_TOO_LONG', `${what} more than ${most} bytes.`, {
    remedy:
      "Lower answer.maxOutputTokens and see that the model's server keeps to it; POST /query/stream has no such limit.",
    fields: { most },
  });

/**
 * Refuses hits that no function could send, here and everywhere alike.
 * @throws REPLY_TOO_LARGE
 */
export async function checkHits(hits: readonly unknown[]): Promise<void> {
  let bytes = 0;
  for (const hit of hits) {
    if (isTurnOver()) await nextTurn();
    bytes += bytesAsString(JSON.stringify(hit)) + 1;
  }
  if (bytes <= REPLY_LIMITS.hitsBytes) return;
  const { length } = hits;
  throw new SragError(
    'REPLY_TOO_LARGE',
    `The ${length} hits have ${bytes} bytes as they are sent, of at most ${REPLY_LIMITS.hitsBytes}.`,
    {
      remedy: `Ask for fewer: a topK of ${Math.max(1, Math.floor((0.9 * length * REPLY_LIMITS.hitsBytes) / bytes))} may fit.`,
      fields: { field: 'topK', bytes, most: REPLY_LIMITS.hitsBytes },
    },
  );
}

/** Bytes of JSON inside a JSON string: a function's reply holds it as one. */
function bytesAsString(json: string): number {
  let bytes = Buffer.byteLength(json);
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit === QUOTE || unit === BACKSLASH) bytes++;
  }
  return bytes;
}
const QUOTE = 34;
const BACKSLASH = 92;
