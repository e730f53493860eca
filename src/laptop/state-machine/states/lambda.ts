import { hasCode, messageOf } from '../../../core/index.ts';
import type { Frame, InvokeResult } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';

/** The only implemented resource of a Task. */
export const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke';
/** Supported arguments of `lambda:invoke`. */
export const TASK_ARGUMENTS: readonly string[] = ['FunctionName', 'Payload'];
/** A name, a partial ARN or an ARN, each with or without a version or alias. */
export const FUNCTION_NAME =
  /^(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:)?(?:\d{12}:function:)?([A-Za-z0-9_-]{1,140})(?::(\$LATEST|[A-Za-z0-9_-]+))?$/;
/** Maximum length of a cause, in characters; Step Functions cuts off the rest. */
const MAX_CAUSE = 32_768;

/** The name of the function in the checked Arguments of a Task, without qualifiers. */
export const functionNameOf = ({ FunctionName }: JsonObject): string =>
  FUNCTION_NAME.exec(String(FunctionName))?.[1] ?? '';

/** Error names of Lambda's own responses, by status. */
const SERVICE_ERRORS: Readonly<Record<number, string>> = {
  400: 'Lambda.InvalidRequestContentException',
  403: 'Lambda.AccessDeniedException',
  404: 'Lambda.ResourceNotFoundException',
  413: 'Lambda.RequestTooLargeException',
  429: 'Lambda.TooManyRequestsException',
};

/**
 * Invokes a function and returns its reply.
 * @throws StateFailure named as in Step Functions: the `errorType` that the function threw, `Lambda.Unknown`
 * without one, `Lambda.TooManyRequestsException` when throttled, `Lambda.ServiceException` for other
 * responses of Lambda itself, `Lambda.SdkClientException` without a response.
 */
export async function invokeFunction(
  frame: Frame,
  name: string,
  payload: Json,
  timeoutMs: number | undefined,
  signal: AbortSignal,
): Promise<Json> {
  let result: InvokeResult;
  try {
    result = await frame.services.invoke(name, payload, { signal, timeoutMs });
  } catch (error) {
    if (signal.aborted || error instanceof StateFailure) throw error;
    const isThrottle = hasCode(error, 'THROTTLED');
    throw new StateFailure(
      isThrottle ? 'Lambda.TooManyRequestsException' : 'Lambda.SdkClientException',
      messageOf(error),
    );
  }
  if (result.functionError !== undefined) throw functionFailure(result.payload);
  if (result.statusCode < 200 || result.statusCode >= 300) {
    const error = SERVICE_ERRORS[result.statusCode] ?? 'Lambda.ServiceException';
    throw new StateFailure(error, `${serviceMessage(result.payload)} (Status Code: ${result.statusCode})`);
  }
  return (result.payload ?? null) as Json;
}

function functionFailure(payload: unknown): StateFailure {
  const errorType = isObject(payload) ? payload.errorType : undefined;
  const name = typeof errorType === 'string' && errorType !== '' ? errorType : 'Lambda.Unknown';
  return new StateFailure(name, (JSON.stringify(payload) ?? 'null').slice(0, MAX_CAUSE));
}

function serviceMessage(payload: unknown): string {
  const text = isObject(payload) ? (payload.Message ?? payload.message) : payload;
  return typeof text === 'string' ? text : 'Lambda refused the invocation';
}
