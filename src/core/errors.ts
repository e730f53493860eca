import { redact, redactTexts } from './redact.ts';

/**
 * What each error code means for the caller: `usage` is the caller's words (exit 2, HTTP 400), `input` is data
 * that was handed over, `state` is something missing or in the way here, `service` is a part behind srag.
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

/** Stable name of an error: programs decide by it, never by the message. */
export type ErrorCode = keyof typeof ERROR_CLASSES;
/** Whether a text is the name of an error: programs of other versions may know others. */
export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CLASSES, text);

/** Whose fault an error is; decides exit codes and HTTP statuses. */
export type ErrorClass = (typeof ERROR_CLASSES)[ErrorCode];

/** Facts about an error that a program may need: the bad field, the actual value, the allowed ones. */
export type ErrorFields = Readonly<Record<string, unknown>>;

/** Options of {@link SragError}. */
export interface SragErrorOptions {
  /** What the reader can do about it, as a sentence. */
  readonly remedy?: string | undefined;
  readonly fields?: ErrorFields | undefined;
  readonly upstream?: string | undefined;
  readonly cause?: unknown;
}

/** The one error class: a stable code, the message with the actual value, and the remedy. It holds no secrets. */
export class SragError extends Error {
  override readonly name = 'SragError';
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly fields: ErrorFields;
  /**
   * What a service behind srag said, in its own words, and where it stands. It may quote the question, a document or a
   * key: for the person at a terminal, never for the callers of an API or a log.
   */
  readonly upstream: string | undefined;

  constructor(code: ErrorCode, message: string, options: SragErrorOptions = {}) {
    super(redact(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy && redact(options.remedy);
    this.fields = redactTexts(options.fields ?? {}) as ErrorFields;
    this.upstream = options.upstream && redact(options.upstream);
  }

  /** Whose fault it is. */
  get class(): ErrorClass {
    return ERROR_CLASSES[this.code];
  }

  /** As `--json` prints it, the words of the service behind included. */
  toJSON(): { code: ErrorCode; message: string; upstream?: string; remedy?: string; fields: ErrorFields } {
    return {
      code: this.code,
      message: this.message,
      ...(this.upstream === undefined ? {} : { upstream: this.upstream }),
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
      fields: this.fields,
    };
  }
}

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A `SragError` as it is; anything else wrapped under `code` with its message kept. */
export function asSragError(error: unknown, code: ErrorCode = 'INTERNAL', context = ''): SragError {
  if (error instanceof SragError) return error;
  const prefix = context === '' ? '' : `${context}: `;
  return new SragError(code, prefix + messageOf(error), { cause: error });
}

/** Throws `CANCELLED` once `signal` is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SragError('CANCELLED', 'Cancelled.', { cause: signal.reason });
}
