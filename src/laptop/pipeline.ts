import { SragError } from '../core/index.ts';
import type { LaptopFunctions } from './function-host.ts';
import type { InvokeOptions } from './lifecycle/index.ts';
import type { RunExecution, S3ObjectEntry, StartSyncExecution } from './services/index.ts';
import {
  type Invoke,
  type Json,
  type JsonObject,
  loadStateMachine,
  type RunOptions,
  type StateMachine,
} from './state-machine/index.ts';

/**
 * Returns a handler of StartSyncExecution that runs the deployment's state machine on the laptop's functions.
 * @throws INVALID_CONFIG or UNSUPPORTED for a definition that the laptop cannot run
 */
export function pipelineOf(definition: unknown, arn: string, functions: LaptopFunctions): StartSyncExecution {
  const machine = loadStateMachine(definition, {
    substitutions: { RetrieveFunction: 'retrieve', GenerateFunction: 'generate' },
  });
  return async (request) =>
    request.stateMachineArn === arn ? runOn(machine, functions)(request) : undefined;
}

/** Lists the objects in one of the laptop's buckets. */
type ListObjects = (bucket: string, prefix: string) => AsyncIterable<S3ObjectEntry>;

/**
 * Returns a handler of StartExecution that runs the deployment's state machine for ingesting every object
 * under a prefix. The machine's Distributed Map reads the listing of the laptop's S3.
 * @throws INVALID_CONFIG or UNSUPPORTED for a definition that the laptop cannot run
 */
export function ingestMachineOf(
  definition: unknown,
  functions: LaptopFunctions,
  list: ListObjects,
): RunExecution {
  const machine = loadStateMachine(definition, {
    type: 'STANDARD',
    substitutions: { IngestFunction: 'ingest' },
  });
  return runOn(machine, functions, { readItems: (_resource, parameters) => itemsOf(parameters, list) });
}

/**
 * @throws INVALID_ARGUMENT for an invalid bucket or prefix; the execution then fails with
 * `States.ItemReaderFailed`
 */
async function* itemsOf(parameters: JsonObject, list: ListObjects): AsyncGenerator<Json> {
  const { Bucket: bucket, Prefix: prefix = '', ...rest } = parameters;
  const [odd] = Object.keys(rest);
  if (odd !== undefined) throw new SragError('INVALID_ARGUMENT', `The argument '${odd}' is not implemented.`);
  if (typeof bucket !== 'string' || typeof prefix !== 'string')
    throw new SragError('INVALID_ARGUMENT', 'Bucket and Prefix must be strings.');
  for await (const entry of list(bucket, prefix)) yield { ...entry };
}

const runOn =
  (
    machine: StateMachine,
    functions: LaptopFunctions,
    more: Pick<RunOptions, 'readItems'> = {},
  ): RunExecution =>
  async ({ stateMachineArn, name, input, traceHeader, signal }) => {
    const invoke = invokeOf(functions, traceHeader === undefined ? {} : { traceId: traceHeader });
    const options = { ...more, invoke, signal, name, stateMachineArn };
    const { status, output, error, cause } = await machine.run(JSON.parse(input), options);
    if (status === 'SUCCEEDED') return { status, output: JSON.stringify(output) };
    return { status, error, cause };
  };

/**
 * Invokes a function for a task. As in Lambda's Invoke, throttling is reported as a status, and an error of
 * the function in `functionError`.
 */
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
