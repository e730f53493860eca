import { anySignal, throwIfAborted, withoutTrailingSlashes } from '../../core/index.ts';
import {
  AnswerTooLarge,
  type AwsCredentials,
  awsDualStackOrigin,
  awsOrigin,
  HttpClient,
  readBeginning,
  readBody,
} from '../aws/index.ts';
import { rpcConnectionError, rpcDeadlineError, rpcProtocolError, rpcServiceError } from './aws-rpc-errors.ts';
import { type RetryEnvironment, type RetryPolicy, withRetry } from './retry.ts';

interface Service {
  readonly name: string;
  /** Prefix of the operation in the header `x-amz-target`; absent if the operation is the path. */
  readonly target?: string;
  readonly contentType: string;
  /** Suffix of the service's endpoint variable, as in the AWS SDKs: `AWS_ENDPOINT_URL_<variable>`. */
  readonly variable: string;
  /** First part of the host name, if it differs from the service name. */
  readonly host?: string;
  readonly isDualStack?: boolean;
}

/** The services that srag calls with this protocol, and their protocol parameters. */
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
    // Synchronous executions have a separate host.
    host: 'sync-states',
  },
  s3vectors: {
    name: 'S3Vectors',
    contentType: 'application/json',
    variable: 'S3VECTORS',
    isDualStack: true,
  },
} as const satisfies Record<string, Service>;

export type AwsRpcService = keyof typeof SERVICES;

/** Connection settings of a service. Credentials are required: this client does not look them up. */
export interface AwsRpcSettings {
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** Endpoint of another server that speaks the protocol, for example DynamoDB Local. */
  readonly endpoint?: string;
  /**
   * Maximum time without data on a connection; default 2,000 ms. All attempts of a call together may take ten
   * times as long.
   */
  readonly timeoutMs?: number;
  /** Default: three attempts with waits of up to 50 and 100 ms, because these calls delay the answer to a question. */
  readonly retry?: RetryPolicy;
  readonly retryEnvironment?: RetryEnvironment;
}

/** Limits of one call. */
export interface AwsRpcOptions {
  readonly signal?: AbortSignal | undefined;
  /** Maximum time for all attempts together; default ten times `timeoutMs`. */
  readonly deadlineMs?: number;
  /** Is increased by every attempt. */
  readonly use?: AwsRpcUse | undefined;
}

/** Requests of calls, and the bytes of successful responses. */
export interface AwsRpcUse {
  requests: number;
  bytes: number;
}

const DEFAULT_TIMEOUT_MS = 2_000;
const DEFAULT_RETRY: RetryPolicy = { attempts: 3, baseMs: 50, capMs: 500 };
/** Maximum size of a response. The largest are items (400 KB) and pages of parameters (40 KB). */
const MAX_ANSWER_BYTES = 4 * 1_024 * 1_024;
const MAX_ERROR_BYTES = 64 * 1_024;

/**
 * A client for AWS services that speak JSON (AWS JSON 1.0 and 1.1). It signs requests, keeps connections
 * alive and retries with jitter. It avoids the AWS SDK, which takes 80 ms and 600 KB.
 */
export class AwsJsonRpc {
  readonly #service: Service;
  readonly #settings: AwsRpcSettings;
  readonly #client: HttpClient;
  readonly #path: string;

  constructor(service: AwsRpcService, settings: AwsRpcSettings) {
    this.#service = SERVICES[service];
    this.#settings = settings;
    const { region, endpoint, credentials, timeoutMs = DEFAULT_TIMEOUT_MS } = settings;
    const { host = service, isDualStack } = this.#service;
    const url = new URL(endpoint ?? (isDualStack ? awsDualStackOrigin : awsOrigin)(host, region));
    this.#path = url.pathname;
    this.#client = new HttpClient({ url, signing: { service, region, credentials }, timeoutMs });
  }

  /**
   * Calls an operation and returns the parsed response.
   * @throws THROTTLED, ACCESS_DENIED, AWS_UNAVAILABLE (no response, 5xx, deadline), AWS_REFUSED (any other error; its
   * field `type` is the service's own error name), CANCELLED.
   */
  async call(operation: string, input: object, options: AwsRpcOptions = {}): Promise<unknown> {
    throwIfAborted(options.signal);
    const deadline = new AbortController();
    const { deadlineMs = 10 * (this.#settings.timeoutMs ?? DEFAULT_TIMEOUT_MS) } = options;
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    const signal =
      options.signal === undefined ? deadline.signal : anySignal([options.signal, deadline.signal]);
    const { retry: policy = DEFAULT_RETRY, retryEnvironment: environment } = this.#settings;
    const text = JSON.stringify(input);
    let last: unknown;
    try {
      return await withRetry(
        async () => {
          try {
            return await this.#once(operation, text, signal, options.use);
          } catch (error) {
            if (!signal.aborted) last = error;
            throw error;
          }
        },
        { policy, signal, environment },
      );
    } catch (error) {
      throwIfAborted(options.signal);
      if (!deadline.signal.aborted) throw error;
      throw rpcDeadlineError(this.#service.name, operation, deadlineMs, last ?? error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#client.close();
  }

  async #once(
    operation: string,
    body: string,
    signal: AbortSignal,
    use: AwsRpcUse | undefined,
  ): Promise<unknown> {
    const { name, target, contentType } = this.#service;
    let status: number;
    let text: string;
    let headers: Readonly<Record<string, string | string[] | undefined>>;
    if (use !== undefined) use.requests += 1;
    try {
      const response = await this.#client.send({
        method: 'POST',
        path: target === undefined ? `${withoutTrailingSlashes(this.#path)}/${operation}` : this.#path,
        headers: {
          'content-type': contentType,
          ...(target && { 'x-amz-target': `${target}.${operation}` }),
        },
        body,
        signal,
      });
      ({ headers } = response);
      status = response.statusCode ?? 0;
      if (status !== 200) text = await readBeginning(response, MAX_ERROR_BYTES);
      else text = Buffer.from(await readBody(response, MAX_ANSWER_BYTES)).toString('utf8');
    } catch (error) {
      if (error instanceof AnswerTooLarge)
        throw rpcProtocolError(name, operation, `a response of more than ${error.maxBytes} bytes`);
      throw rpcConnectionError(name, operation, error);
    }
    if (use !== undefined && status === 200) use.bytes += Buffer.byteLength(text);
    if (status !== 200) throw rpcServiceError(name, operation, { status, headers, body: text });
    try {
      // Operations without a result return an empty body.
      return text === '' ? {} : JSON.parse(text);
    } catch (cause) {
      throw rpcProtocolError(
        name,
        operation,
        `a response that is not JSON (${text.length} characters)`,
        cause,
      );
    }
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings from the environment variables of Lambda and the AWS SDKs; undefined if region or keys are missing. The
 * service's own endpoint takes precedence over the common one.
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
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    endpoint,
  };
}
