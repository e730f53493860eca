import { SragError } from '../../core/index.ts';
import { awsOrigin, HttpClient, readBody } from '../aws/index.ts';
import type { AwsRpcSettings } from './aws-json-rpc.ts';
import { excerpt } from './failure.ts';

/** Maximum wait for data. Functions may run for 15 minutes, but those invoked here respond much sooner. */
const TIMEOUT_MS = 60_000;
/** Maximum bytes of a response; Lambda's own limit is 6 MB. */
const MAX_REPLY_BYTES = 8 * 2 ** 20;

/** The response of a function. */
export interface LambdaReply {
  readonly payload: unknown;
  /** `Handled` or `Unhandled` if the function failed; `payload` is then its error. */
  readonly functionError?: string | undefined;
}

/**
 * Invokes an AWS Lambda function and waits for its response.
 * @throws THROTTLED for status 429; AWS_REFUSED for any other status except 200.
 */
export async function invokeFunction(
  { region, credentials, endpoint, timeoutMs = TIMEOUT_MS }: AwsRpcSettings,
  name: string,
  payload: unknown,
): Promise<LambdaReply> {
  const url = new URL(endpoint ?? awsOrigin('lambda', region));
  const client = new HttpClient({ url, signing: { service: 'lambda', region, credentials }, timeoutMs });
  try {
    const response = await client.send({
      method: 'POST',
      path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
      signal: AbortSignal.timeout(10 * timeoutMs),
    });
    const text = Buffer.from(await readBody(response, MAX_REPLY_BYTES)).toString('utf8');
    const { statusCode } = response;
    if (statusCode !== 200) {
      const code = statusCode === 429 ? 'THROTTLED' : 'AWS_REFUSED';
      throw new SragError(code, `Lambda answered ${statusCode} for '${name}'.`, {
        fields: { service: 'Lambda', status: statusCode },
        upstream: excerpt(text),
      });
    }
    const functionError = response.headers['x-amz-function-error'];
    return {
      payload: text === '' ? undefined : (JSON.parse(text) as unknown),
      functionError: functionError === undefined ? undefined : String(functionError),
    };
  } finally {
    client.close();
  }
}
