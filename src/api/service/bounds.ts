import { isTurnOver, nextTurn, SragError } from '../../core/index.ts';

/** Maximum JSON bytes of the chunks that accompany an answer. */
export const MAX_CHUNKS_BYTES = 200_000;
/** Limits of replies, in bytes of JSON. */
export const REPLY_LIMITS = {
  /** Maximum bytes of answer and citations; leaves space for the chunks of 50 hits. Streams are unlimited. */
  answerBytes: 150_000,
  /** Maximum bytes of the hits in a reply: Lambda's 6,291,556 minus space for trace, cost and headers. */
  hitsBytes: 6_250_000,
} as const;
/** Maximum bytes of answer, citations and chunks. With trace and usage, they fit into a workflow state. */
const MAX_CONTENT_BYTES = 240_000;
/** Maximum bytes of a workflow state: Step Functions' 262,144 bytes minus space for its envelope. */
const MAX_STATE_BYTES = 258_000;

/** Number of bytes of a value as JSON. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/**
 * Returns a callback for the pieces of an answer. It throws if the answer exceeds its limit of bytes.
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
 * Returns the JSON bytes that an answer and its citations leave for chunks.
 * @throws ANSWER_TOO_LONG if answer and citations exceed their limit
 */
export function checkAnswer(content: {
  readonly answer: string;
  readonly citations: readonly unknown[];
}): number {
  const bytes = jsonBytes(content);
  if (bytes > REPLY_LIMITS.answerBytes)
    throw tooLong('The answer and its citations have', REPLY_LIMITS.answerBytes);
  return Math.min(MAX_CHUNKS_BYTES, MAX_CONTENT_BYTES - bytes);
}

/** Checks the size of a workflow state, which grows with the length of ids. @throws ANSWER_TOO_LONG */
export function checkState<Value>(value: Value): Value {
  if (jsonBytes(value) > MAX_STATE_BYTES) throw tooLong('The workflow state has', MAX_STATE_BYTES);
  return value;
}

const tooLong = (what: string, maxBytes: number): SragError =>
  new SragError('ANSWER_TOO_LONG', `${what} more than ${maxBytes} bytes.`, {
    remedy:
      "Lower answer.maxOutputTokens and check that the model's server respects it; POST /query/stream has no such limit.",
    fields: { most: maxBytes },
  });

/**
 * Rejects hits that are too large for a function's reply. Applies outside functions too, so that all hosts
 * behave alike.
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
    `The ${length} hits have ${bytes} bytes of JSON; the limit is ${REPLY_LIMITS.hitsBytes}.`,
    {
      remedy: `Request fewer hits: a topK of ${Math.max(1, Math.floor((0.9 * length * REPLY_LIMITS.hitsBytes) / bytes))} may fit.`,
      fields: { field: 'topK', bytes, most: REPLY_LIMITS.hitsBytes },
    },
  );
}

/** Bytes of JSON escaped inside a JSON string, as a function's reply contains it. */
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
