import type { LaptopFunctions } from './function-host.ts';
import type { InvokeOptions } from './lifecycle/index.ts';
import type { StartSyncExecution } from './services/index.ts';
import { type Invoke, loadStateMachine } from './state-machine/index.ts';

/**
 * The deployment's state machine over the laptop's functions, as StartSyncExecution runs it.
 * @throws INVALID_CONFIG, UNSUPPORTED for a definition that cannot be run here
 */
export function pipelineOf(definition: unknown, arn: string, functions: LaptopFunctions): StartSyncExecution {
  const machine = loadStateMachine(definition, {
    substitutions: { RetrieveFunction: 'retrieve', GenerateFunction: 'generate' },
  });
  return async ({ stateMachineArn, name, input, traceHeader, signal }) => {
    if (stateMachineArn !== arn) return undefined;
    const invoke = invokeOf(functions, traceHeader === undefined ? {} : { traceId: traceHeader });
    const { status, output, error, cause, billingDetails } = await machine.run(JSON.parse(input), {
      invoke,
      signal,
      name,
      stateMachineArn,
    });
    if (status === 'SUCCEEDED') return { status, output: JSON.stringify(output), billingDetails };
    return { status, error, cause, billingDetails };
  };
}

/** A task's way to a function: throttles are a status, errors of the function a function error, as with Invoke. */
function invokeOf(functions: LaptopFunctions, options: InvokeOptions): Invoke {
  return async (name, payload) => {
    if (!functions.has(name)) return { statusCode: 404, payload: { message: `Function not found: ${name}` } };
    const result = await functions.invoke(name, Buffer.from(JSON.stringify(payload)), options);
    if (result.kind === 'throttled') return { statusCode: 429, payload: { message: 'Rate Exceeded.' } };
    if (result.kind === 'stream')
      return { statusCode: 200, payload: Buffer.concat(await result.body.toArray()).toString('utf8') };
    const parsed: unknown = JSON.parse(result.payload.toString('utf8') || 'null');
    return result.kind === 'response'
      ? { statusCode: 200, payload: parsed }
      : { statusCode: 200, functionError: 'Unhandled', payload: parsed };
  };
}
