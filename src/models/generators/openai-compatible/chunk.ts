import { httpFailure, type ServiceContext } from '../../../io/remote/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One chunk of a streamed chat completion. Servers may omit all fields except the text. */
export interface Chunk {
  readonly text: string;
  /** The complete text of a choice, from servers that do not stream. */
  readonly whole: string;
  readonly finishReason: string | undefined;
  /** Undefined unless both counts are present. */
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | undefined;
}

/** Parses a chunk. Fields with types other than OpenAI's count as missing. */
export function readChunk({ choices, usage }: Fields): Chunk {
  const choice = fieldsOf(Array.isArray(choices) ? choices[0] : undefined);
  const reason = choice.finish_reason;
  return {
    text: textOf(fieldsOf(choice.delta).content ?? choice.text),
    whole: textOf(fieldsOf(choice.message).content),
    finishReason: typeof reason === 'string' && reason !== '' ? reason.toLowerCase() : undefined,
    usage: usageOf(fieldsOf(usage)),
  };
}

/**
 * The error in an event of the stream or in a response with status 200, if any. The `code` of the error may
 * be an HTTP status. `body` is the JSON of the event or response.
 */
export function errorIn(value: Fields, event: string, body: string, context: ServiceContext) {
  const { error, choices, usage, object, type, message, detail } = value;
  const isError = event === 'error' || object === 'error' || type === 'error';
  const isProblem = choices === undefined && usage === undefined && Boolean(message ?? detail);
  if (!error && !isError && !isProblem) return undefined;
  const code = (error ? fieldsOf(error) : value).code;
  const named: Readonly<Record<string, number>> = { rate_limit_exceeded: 429, model_not_found: 404 };
  const status = typeof code === 'number' && code >= 400 ? code : (named[String(code)] ?? 500);
  return httpFailure(context, { status, body, retryAfterMs: undefined, hasKey: true });
}

/** Whether a JSON value is an object. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** A text, or the joined text parts; parts of other types, such as `thinking`, are not part of the answer. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map(fieldsOf)
    .map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''))
    .join('');
}

/** A prompt is never empty, so a count of 0 means that the server does not count tokens. */
function usageOf({ prompt_tokens: inputTokens, completion_tokens: outputTokens }: Fields): Chunk['usage'] {
  return isCount(inputTokens) && inputTokens > 0 && isCount(outputTokens)
    ? { inputTokens, outputTokens }
    : undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
