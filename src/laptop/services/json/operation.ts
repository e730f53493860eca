import type { z } from 'zod';
import { wireError } from '../wire-error.ts';

/** Context of an operation besides its input. */
export interface JsonCall {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
}

/** One operation of a JSON service. */
export type JsonOperation = (input: unknown, call: JsonCall) => Promise<object>;

/** A service called with `X-Amz-Target: <target>.<operation>` (AWS JSON 1.0 and 1.1). */
export interface JsonService {
  readonly target: string;
  readonly contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
  /** The part before `#` in an error's type; the error's name follows. */
  readonly errorNamespace: string;
  /** Name of the error for invalid input. */
  readonly validationError: string;
  readonly maxBodyBytes: number;
  readonly operations: Readonly<Record<string, JsonOperation>>;
  /** Additional headers of an error, by its name. */
  readonly errorHeaders?: (awsCode: string) => Readonly<Record<string, string>>;
}

/**
 * An operation with validated input: unsupported parameters cause an error and are never ignored.
 * @throws `validationError` naming the parameter
 */
export const operation =
  <Schema extends z.ZodType>(
    validationError: string,
    schema: Schema,
    run: (input: z.output<Schema>, call: JsonCall) => object | Promise<object>,
  ): JsonOperation =>
  async (input, call) => {
    const checked = schema.safeParse(input);
    if (checked.success) return run(checked.data, call);
    const [issue] = checked.error.issues;
    if (issue?.code === 'unrecognized_keys') {
      const at = [...issue.path, issue.keys[0]].join('.');
      throw wireError(validationError, 400, `The parameter '${at}' is not supported by the laptop.`);
    }
    throw wireError(
      validationError,
      400,
      `Value at '${issue?.path.join('.')}' is invalid: ${issue?.message}.`,
    );
  };
