/** An error of a function, with a code like JSONata's own errors. */
class FunctionError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * `$parse`, which Step Functions adds to JSONata, and `$millis` on the clock of the execution. The other
 * additions of Step Functions are refused when a definition is loaded.
 * @param nowMs returns the time of the evaluation in milliseconds since 1970
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export const awsFunctions = (nowMs: () => number): Record<string, (...values: never[]) => unknown> => ({
  parse,
  millis: nowMs,
});

/** A missing argument makes the result undefined, as on AWS. */
function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') {
    throw new FunctionError('T0410', 'Argument 1 of function "parse" must be a string of JSON');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FunctionError('D3120', `Syntax error in the JSON of $parse: ${(error as Error).message}`);
  }
}
