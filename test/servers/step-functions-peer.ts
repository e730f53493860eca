import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../src/laptop/index.ts';
import type { Functions } from '../support/state-machines.ts';
import { type AwsServer, startMotoStepFunctions } from './aws-servers.ts';

/** How an execution ended, as reported by either interpreter. */
export interface Ending {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
}

const ROLE = 'arn:aws:iam::123456789012:role/peer';
/** moto reads the service name from the scope of the signature; it does not verify the signature. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20261124/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0';

/**
 * Runs machines in moto's interpreter of Amazon States Language, through its API, with functions of this
 * process.
 */
export class StepFunctionsPeer {
  readonly #lambda: Server;
  readonly #server: AwsServer;
  #machines = 0;

  private constructor(lambda: Server, server: AwsServer) {
    this.#lambda = lambda;
    this.#server = server;
  }

  static async start(functions: Functions): Promise<StepFunctionsPeer> {
    const lambda = lambdaServer(functions).listen(0, '127.0.0.1');
    await once(lambda, 'listening');
    const { port } = lambda.address() as AddressInfo;
    return new StepFunctionsPeer(lambda, await startMotoStepFunctions(port));
  }

  /** Creates a state machine from a definition and runs it once. */
  async run(definition: object, input: Json): Promise<Ending> {
    this.#machines += 1;
    const name = `m${this.#machines}`;
    const machine = { name, definition: JSON.stringify(definition), roleArn: ROLE, type: 'EXPRESS' };
    const { stateMachineArn } = await this.#call('CreateStateMachine', machine);
    const execution = { stateMachineArn, input: JSON.stringify(input) };
    const { status, output, error, cause } = await this.#call('StartSyncExecution', execution);
    return {
      status: String(status),
      ...(typeof output === 'string' ? { output: JSON.parse(output) as Json } : {}),
      ...(typeof error === 'string' ? { error } : {}),
      ...(typeof cause === 'string' ? { cause } : {}),
    };
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    this.#lambda.closeAllConnections();
    this.#lambda.close();
  }

  async #call(action: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(this.#server.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${action}`,
        authorization: AUTHORIZATION,
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }
}

/** A server for Lambda's Invoke: POST /2015-03-31/functions/NAME/invocations. */
function lambdaServer(functions: Functions): Server {
  return createServer(async (request, response) => {
    const name = decodeURIComponent(request.url ?? '')
      .match(/functions\/(.+?)\/invocations/)?.[1]
      ?.split(':')
      .at(-1);
    const call = functions[name ?? ''];
    const answer = (status: number, headers: Record<string, string>, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    if (call === undefined) {
      answer(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }, { Message: 'Function not found' });
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = { 'x-amz-executed-version': '$LATEST' };
    try {
      const payload = JSON.parse(Buffer.concat(chunks).toString() || '{}') as never;
      answer(200, headers, (await call(payload)) ?? null);
    } catch (error) {
      const { name: errorType, message: errorMessage } = error as Error;
      answer(200, { ...headers, 'x-amz-function-error': 'Unhandled' }, { errorType, errorMessage });
    }
  });
}
