/**
 * An error of Amazon States Language: a name that Retry and Catch match, and a cause. It never leaves the
 * interpreter; an execution that ends with one has the status FAILED.
 */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  /** Name of the error, such as `States.Timeout`. */
  readonly error: string;
  /** The cause, as text or JSON text. */
  readonly why: string | undefined;

  constructor(error: string, why?: string) {
    super(`${error}: ${why ?? ''}`);
    this.error = error;
    this.why = why;
  }
}

/** Errors that a wildcard does not match: they end an execution unless caught by name. */
const NOT_ALL: readonly string[] = ['States.DataLimitExceeded', 'States.Runtime'];

/**
 * Whether the `ErrorEquals` of a Retry or Catch matches a failure. `States.Runtime` is never retried or
 * caught.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function covers(errorEquals: readonly string[], { error }: StateFailure): boolean {
  if (error === 'States.Runtime') return false;
  if (errorEquals.includes(error)) return true;
  if (NOT_ALL.includes(error)) return false;
  if (errorEquals.includes('States.ALL')) return true;
  return errorEquals.includes('States.TaskFailed') && error !== 'States.Timeout';
}
