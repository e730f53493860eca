/** An error of a runtime, with the payload that the caller receives. */
export interface RuntimeError {
  readonly errorType: string;
  readonly payload: Buffer;
}

/** Creates an error that Lambda itself reports. */
export const runtimeError = (errorType: string, errorMessage: string): RuntimeError => ({
  errorType,
  payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
});
