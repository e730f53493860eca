import { messageOf, SragError } from '../../core/index.ts';

/** An error response of a service. */
export interface WireError {
  /** The service's name of the error: `NoSuchKey`, `ParameterNotFound`. */
  readonly awsCode: string;
  readonly status: number;
  readonly message: string;
  /** Additional elements of the response. */
  readonly details: Readonly<Record<string, string>>;
}

/** Creates an error that becomes a service's response. */
export const wireError = (
  awsCode: string,
  status: number,
  message: string,
  details: Readonly<Record<string, string>> = {},
): SragError =>
  new SragError(status === 501 ? 'UNSUPPORTED' : 'INVALID_ARGUMENT', message, {
    fields: { awsCode, status, details },
  });

/** The response of a {@link wireError}; undefined for any other error. */
export function asWireError(error: unknown): WireError | undefined {
  if (!(error instanceof SragError) || typeof error.fields.awsCode !== 'string') return undefined;
  const { awsCode, status, details } = error.fields as {
    awsCode: string;
    status: number;
    details: Record<string, string>;
  };
  return { awsCode, status, details, message: error.message };
}

/** The response of a {@link wireError}; for any other error, status 500 with the error name `internal`. */
export const wireErrorOf = (error: unknown, internal: string): WireError =>
  asWireError(error) ?? { awsCode: internal, status: 500, message: messageOf(error), details: {} };
