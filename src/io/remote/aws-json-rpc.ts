import { anySignal, throwIfAborted } from '../../core/index.ts';
import {
  AnswerTooLarge,
  type AwsCredentials,
  awsOrigin,
  readBeginning,
  readBody,
  SignedClient,
} from '../aws/index.ts';
import { rpcConnectionError, rpcDeadlineError, rpcProtocolError, rpcServiceError } from './aws-rpc-errors.ts';
import { type RetryEnvironment, type RetryPolicy, withRetry } from './retry.ts';

interface Service {
  readonly name: string;
  readonly target: string;
  readonly contentType: string;
  /** The end of the variable that names its endpoint, as the AWS SDKs have it. */
  readonly variable: string;
  /** First part of the host name where it is not the service's own name. */
  readonly host?: string;
}

/** The services that srag asks this way, with what their protocol wants to hear. */
const SERVICES = {
  dynamodb: {
    name: 'DynamoDB',
    target: 'DynamoDB_20120810',
    contentType: 'application/x-amz-json-1.0',
    variable: 'DYNAMODB',
  },
  ssm: { name: 'SSM', target: 'AmazonSSM', contentType: 'application/x-amz-json-1.1', variable: 'SSM' },
  kms: { name: 'KMS', target: 'TrentService', contentType: 'application/x-amz-json-1.1', variable: 'KMS' },
  sqs: { name: 'SQS', target: 'AmazonSQS', contentType: 'application/x-amz-json-1.0', variable: 'SQS' },
  states: {
    name: 'Step Functions',
    target: 'AWSStepFunctions',
    contentType: 'application/x-amz-json-1.0',
    variable: 'SFN',
    // Executions that are waited for have a host of their own.
    host: 'sync-states',
  },
} as const satisfies Record<string, Service>;

export type AwsRpcService = keyof typeof SERVICES;

/** What reaching a service takes. Credentials are needed: a client this small looks for none. */
export interface AwsRpcSettings {
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** Of another server that speaks the protocol, for example DynamoDB Local. */
  readonly endpoint?: string;
  /** Longest silence of a connection; default 2,000 ms. All tries of a call take ten times as long at most. */
  readonly timeoutMs?: number;
  /** Default three tries with waits of up to 50 and 100 ms: these calls stand between a question and its answer. */
  readonly retry?: RetryPolicy;
  readonly retryEnvironment?: RetryEnvironment;
}

/** Limits of one call. */
export interface AwsRpcOptions {
  readonly signal?: AbortSignal | undefined;
  /** Most time for all tries together; default ten times `timeoutMs`. */
  readonly deadlineMs?: number;
}

const DEFAULT_TIMEOUT_MS = 2_000;
const DEFAULT_RETRY: RetryPolicy = { attempts: 3, baseMs: 50, capMs: 500 };
/** An answer over this is none of the calls that srag makes: an item has at most 400 KB, a page of parameters 40 KB. */
const MAX_ANSWER_BYTES = 4 * 1_024 * 1_024;
const MAX_ERROR_BYTES = 64 * 1_024;

/**
 * Calls of AWS services that speak JSON (AWS JSON 1.0 and 1.1): signed, over kept connections, tried again with jitter
 * where the service says that it may help. What the AWS SDK takes 80 ms and 600 KB for.
 */
export class AwsJsonRpc {
  readonly #service: Service;
  readonly #settings: AwsRpcSettings;
  readonly #client: SignedClient;
  readonly #path: string;

  constructor(service: AwsRpcService, settings: AwsRpcSettings) {
    this.#service = SERVICES[service];
    this.#settings = settings;
    const { region, endpoint, credentials, timeoutMs = DEFAULT_TIMEOUT_MS } = settings;
    const { host = service } = this.#service;
    const url = new URL(endpoint ?? awsOrigin(host, region));
    this.#path = url.pathname;
    this.#client = new SignedClient({ url, service, region, credentials, timeoutMs });
  }

  /**
   * The answer of an operation, parsed.
   * @throws THROTTLED, ACCESS_DENIED, AWS_UNAVAILABLE (no answer, 5xx, too late), AWS_REFUSED (any other refusal; its
   * field `type` has the service's own name for it), CANCELLED.
   */
  async call(operation: string, input: object, options: AwsRpcOptions = {}): Promise<unknown> {
    throwIfAborted(options.signal);
    const deadline = new AbortController();
    const { deadlineMs = 10 * (this.#settings.timeoutMs ?? DEFAULT_TIMEOUT_MS) } = options;
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    const signal =
      options.signal === undefined ? deadline.signal : anySignal([options.signal, deadline.signal]);
    const { retry: policy = DEFAULT_RETRY, retryEnvironment: environment } = this.#settings;
    let last: unknown;
    try {
      return await withRetry(
        async () => {
          try {
            return await this.#once(operation, JSON.stringify(input), signal);
          } catch (error) {
            if (!signal.aborted) last = error;
            throw error;
          }
        },
        { policy, signal, ...(environment && { environment }) },
      );
    } catch (error) {
      throwIfAborted(options.signal);
      if (!deadline.signal.aborted) throw error;
      throw rpcDeadlineError(this.#service.name, operation, deadlineMs, last ?? error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends kept connections. */
  close(): void {
    this.#client.close();
  }

  async #once(operation: string, body: string, signal: AbortSignal): Promise<unknown> {
    const { name, target, contentType } = this.#service;
    let status: number;
    let text: string;
    let headers: Readonly<Record<string, string | string[] | undefined>>;
    try {
      const response = await this.#client.send({
        method: 'POST',
        path: this.#path,
        headers: { 'content-type': contentType, 'x-amz-target': `${target}.${operation}` },
        body,
        signal,
      });
      ({ headers } = response);
      status = response.statusCode ?? 0;
      if (status !== 200) text = await readBeginning(response, MAX_ERROR_BYTES);
      else text = Buffer.from(await readBody(response, MAX_ANSWER_BYTES)).toString('utf8');
    } catch (error) {
      if (error instanceof AnswerTooLarge)
        throw rpcProtocolError(name, operation, `an answer of more than ${error.maxBytes} bytes`);
      throw rpcConnectionError(name, operation, error);
    }
    if (status !== 200) throw rpcServiceError(name, operation, status, headers, text);
    try {
      // Operations without a result answer with an empty body.
      return text === '' ? {} : JSON.parse(text);
    } catch (cause) {
      throw rpcProtocolError(
        name,
        operation,
        `an answer that is not JSON (${text.length} characters)`,
        cause,
      );
    }
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings from the variables that Lambda and the AWS SDKs know, the service's own endpoint before the common one;
 * undefined where region or keys are missing.
 */
export function awsRpcSettings(
  service: AwsRpcService | 'lambda',
  environment: Environment,
): AwsRpcSettings | undefined {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  const accessKeyId = environment.AWS_ACCESS_KEY_ID;
  const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY;
  if (!region || !accessKeyId || !secretAccessKey) return undefined;
  const endpoint =
    environment[`AWS_ENDPOINT_URL_${service === 'lambda' ? 'LAMBDA' : SERVICES[service].variable}`] ||
    environment.AWS_ENDPOINT_URL ||
    undefined;
  const sessionToken = environment.AWS_SESSION_TOKEN || undefined;
  return {
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    ...(endpoint && { endpoint }),
  };
}
