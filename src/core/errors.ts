import { redact, redactTexts } from './redact.ts';
import { withoutUndefined } from './without-undefined.ts';

/**
 * The class of each error code: `usage` for invalid arguments (exit 2, HTTP 400), `input` for invalid data,
 * `state` if something in the environment is missing or prevents the work, `service` if an upstream service
 * fails.
 */
const ERROR_CLASSES = {
  INVALID_ARGUMENT: 'usage',
  INVALID_CONFIG: 'usage',
  INVALID_FILTER: 'usage',
  UNKNOWN_CONFIG_KEY: 'usage',
  UNKNOWN_FIELD: 'usage',
  UNKNOWN_COLLECTION: 'usage',
  UNKNOWN_EMBEDDER: 'usage',
  UNKNOWN_GENERATOR: 'usage',
  UNKNOWN_RERANKER: 'usage',
  UNKNOWN_INDEX_KIND: 'usage',
  UNKNOWN_INDEX_VERSION: 'usage',
  UNKNOWN_DOCUMENT: 'usage',
  NO_EMBEDDER: 'usage',
  NO_LEXICAL_SEARCH: 'usage',
  EMBEDDER_MISMATCH: 'usage',
  SETTINGS_MISMATCH: 'usage',
  TOO_FEW_ROWS: 'usage',
  UNKNOWN_PRICE: 'usage',
  UNSUPPORTED: 'usage',
  REPLY_TOO_LARGE: 'usage',

  PATH_NOT_FOUND: 'input',
  NOTHING_TO_INGEST: 'input',
  FILE_UNREADABLE: 'input',
  FILE_EMPTY: 'input',
  FILE_TOO_LARGE: 'input',
  FILE_TOO_COSTLY: 'input',
  FILE_BINARY: 'input',
  FILE_DAMAGED: 'input',
  FILE_ENCRYPTED: 'input',
  TOO_MANY_PAGES: 'input',
  UNKNOWN_ENCODING: 'input',
  UNSUPPORTED_FORMAT: 'input',
  INVALID_RECORD: 'input',
  DUPLICATE_ID: 'input',
  INVALID_VECTOR: 'input',
  VECTOR_COUNT_MISMATCH: 'input',
  DIMENSION_MISMATCH: 'input',
  INVALID_DATASET: 'input',
  TOO_FEW_SAMPLES: 'input',

  NO_INDEX: 'state',
  MISSING_PACKAGE: 'state',
  LOCATION_NOT_WRITABLE: 'state',
  DISK_FULL: 'state',
  BUCKET_MISSING: 'state',
  NO_CONDITIONAL_WRITES: 'state',
  CREDENTIALS_MISSING: 'state',
  ACCESS_DENIED: 'state',
  DAMAGED_STORE: 'state',
  INDEX_SIGNATURE_MISSING: 'state',
  INDEX_SIGNATURE_INVALID: 'state',
  INDEX_SIGNATURE_KEY_MISSING: 'state',
  OBJECT_NOT_FOUND: 'state',
  CONDITION_FAILED: 'state',
  NOT_MODIFIED: 'state',
  PUBLISH_CONFLICT: 'state',
  VALIDATION_FAILED: 'state',
  WRITE_CONFLICT: 'state',
  MODEL_NOT_FOUND: 'state',
  AWS_REFUSED: 'state',
  ACCOUNT_NOT_READY: 'state',
  BUNDLE_MISSING: 'state',
  NO_DEPLOYMENT: 'state',
  CANCELLED: 'state',

  STORAGE_UNAVAILABLE: 'service',
  SEARCH_SERVER_FAILED: 'service',
  EMBEDDER_FAILED: 'service',
  GENERATOR_FAILED: 'service',
  RERANKER_FAILED: 'service',
  AWS_UNAVAILABLE: 'service',
  DEPLOYMENT_FAILED: 'service',
  REMOTE_FAILED: 'service',
  ANSWER_TOO_LONG: 'service',
  THROTTLED: 'service',
  DEADLINE_EXCEEDED: 'service',
  INTERNAL: 'service',
} as const;

/** Stable name of an error. Programs should check it, never the message. */
export type ErrorCode = keyof typeof ERROR_CLASSES;
/** Whether a text is an error code of this version; other versions may have other codes. */
export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CLASSES, text);

/** The kind of cause of an error, which determines the exit code and the HTTP status. */
export type ErrorClass = (typeof ERROR_CLASSES)[ErrorCode];

/** Machine-readable facts about an error: the invalid field, its actual value, the allowed values. */
export type ErrorFields = Readonly<Record<string, unknown>>;

/** Options of {@link SragError}. */
export interface SragErrorOptions {
  /** What the user can do about it, as a sentence. */
  readonly remedy?: string | undefined;
  readonly fields?: ErrorFields | undefined;
  readonly upstream?: string | undefined;
  readonly cause?: unknown;
}

/** The only error class: a stable code, a message with the actual value, and a remedy. Secrets are redacted. */
export class SragError extends Error {
  override readonly name = 'SragError';
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly fields: ErrorFields;
  /**
   * The original message of an upstream service, with the service's address. It may quote the question, a
   * document or a key: show it to a user at a terminal, but never to API callers and never in a log.
   */
  readonly upstream: string | undefined;

  constructor(code: ErrorCode, message: string, options: SragErrorOptions = {}) {
    super(redact(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy && redact(options.remedy);
    this.fields = redactTexts(options.fields ?? {}) as ErrorFields;
    this.upstream = options.upstream && redact(options.upstream);
  }

  /** The class of the error code. */
  get class(): ErrorClass {
    return ERROR_CLASSES[this.code];
  }

  /** The form that `--json` prints, including the upstream message. */
  toJSON(): { code: ErrorCode; message: string; upstream?: string; remedy?: string; fields: ErrorFields } {
    return withoutUndefined({
      code: this.code,
      message: this.message,
      upstream: this.upstream,
      remedy: this.remedy,
      fields: this.fields,
    });
  }
}

/** Whether `error` is a {@link SragError} with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly ErrorCode[]): error is SragError =>
  error instanceof SragError && codes.includes(error.code);

/** Creates a handler for `catch` that returns undefined for errors with one of the codes, and throws all others. */
export const undefinedIf =
  (...codes: readonly ErrorCode[]) =>
  (error: unknown): undefined => {
    if (!hasCode(error, ...codes)) throw error;
  };

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Returns a `SragError` unchanged and wraps anything else as `code`, keeping its message. */
export function asSragError(error: unknown, code: ErrorCode = 'INTERNAL', context = ''): SragError {
  if (error instanceof SragError) return error;
  const prefix = context === '' ? '' : `${context}: `;
  return new SragError(code, prefix + messageOf(error), { cause: error });
}

/** Throws `CANCELLED` once `signal` is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SragError('CANCELLED', 'Cancelled.', { cause: signal.reason });
}
