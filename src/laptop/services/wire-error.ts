import { SragError } from '../../core/index.ts';

/** What a service answers instead of a result. */
export interface WireError {
  /** The service's own name of it: `NoSuchKey`, `ParameterNotFound`. */
  readonly awsCode: string;
  readonly status: number;
  readonly message: string;
  /** Further elements of the answer. */
  readonly details: Readonly<Record<string, string>>;
}

/** An error that a service answers with by its own name. */
export const wireError = (
  awsCode: string,
  status: number,
  message: string,
  details: Readonly<Record<string, string>> = {},
): SragError =>
  new SragError(status === 501 ? 'UNSUPPORTED' : 'INVALID_ARGUMENT', message, {
    fields: { awsCode, status, details },
  });

/** The answer that an error was made for; undefined for an error that no service has made. */
export function asWireError(error: unknown): WireError | undefined {
  if (!(error instanceof SragError) || typeof error.fields.awsCode !== 'string') return undefined;
  const { awsCode, status, details } = error.fields as {
    awsCode: string;
    status: number;
    details: Record<string, string>;
  };
  return { awsCode, status, details, message: error.message };
}
