import { hasCode, messageOf } from '../../../core/index.ts';
import type { Frame, InvokeResult } from '../execution.ts';
import { failureIn } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import { isObject, type Json } from '../json.ts';

/** Supported arguments of `lambda:invoke`. */
export const TASK_ARGUMENTS: readonly string[] = ['FunctionName', 'Payload', 'InvocationType'];
/** Maximum cause that Step Functions keeps, in characters. */
const MAX_CAUSE = 32_768;

/** What a task calls: the service integration, or a function directly. */
export type TaskResource =
  | { readonly kind: 'lambda:invoke' }
  | { readonly kind: 'function'; readonly name: string };

const LAMBDA_INVOKE = /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:lambda:invoke$/;
/** A name, a partial ARN or an ARN, each with or without a version or alias. */
const FUNCTION_NAME =
  /^(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:)?(?:\d{12}:function:)?([A-Za-z0-9_-]{1,140})(?::(\$LATEST|[A-Za-z0-9_-]+))?$/;

/** Parses a `Resource`; undefined if it is not implemented. */
export function parseResource(resource: string): TaskResource | undefined {
  if (LAMBDA_INVOKE.test(resource)) return { kind: 'lambda:invoke' };
  if (!resource.startsWith('arn:aws') || !resource.includes(':function:')) return undefined;
  const name = FUNCTION_NAME.exec(resource)?.[1];
  return name === undefined ? undefined : { kind: 'function', name };
}

/** The function and payload of a `lambda:invoke`. @throws StateFailure `States.Runtime` for other arguments. */
export function invocationOf(
  frame: Frame,
  parameters: Json,
): { readonly name: string; readonly payload: Json } {
  const refuse = (problem: string): StateFailure => failureIn(frame, 'States.Runtime', problem);
  if (!isObject(parameters)) throw refuse('The Arguments of lambda:invoke must be an object.');
  const odd = Object.keys(parameters).find((key) => !TASK_ARGUMENTS.includes(key));
  if (odd !== undefined) throw refuse(`The argument '${odd}' of lambda:invoke is not implemented.`);
  const { FunctionName, Payload = {}, InvocationType = 'RequestResponse' } = parameters;
  const name = typeof FunctionName === 'string' ? FUNCTION_NAME.exec(FunctionName)?.[1] : undefined;
  if (name === undefined) {
    throw refuse(`The FunctionName ${JSON.stringify(FunctionName)} is neither a name nor an ARN.`);
  }
  if (InvocationType !== 'RequestResponse') {
    throw refuse(`The InvocationType ${JSON.stringify(InvocationType)} is not implemented.`);
  }
  return { name, payload: Payload as Json };
}

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
