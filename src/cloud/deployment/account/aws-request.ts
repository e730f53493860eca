import { messageOf, SragError } from '../../../core/index.ts';
import { type AwsCredentials, HttpClient, readBody } from '../../../io/aws/index.ts';
import { excerpt } from '../../../io/remote/index.ts';

/** The account and region that a check queries. */
export interface AwsAccount {
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One request to a service of AWS. */
export interface AwsCall {
  /** Name in signatures, for example `bedrock`. */
  readonly service: string;
  /** Name of the service in messages. */
  readonly title: string;
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  /** Includes the query string. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The permission that the request needs, for example `bedrock:ListFoundationModels`. */
  readonly permission: string;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 2 ** 20;
const DENIED =
  /AccessDenied|Unauthorized|NotAuthorized|UnrecognizedClient|InvalidClientToken|SignatureDoesNotMatch|InvalidSignature|ExpiredToken|IncompleteSignature/i;

/**
 * Sends a request and returns the text of the response.
 * @throws ACCESS_DENIED, AWS_REFUSED (its field `type` has the service's error name), AWS_UNAVAILABLE.
 */
export async function callAws(account: AwsAccount, call: AwsCall): Promise<string> {
  const { region, credentials } = account;
  const client = new HttpClient({
    url: call.url,
    signing: { service: call.service, region, credentials },
    timeoutMs: TIMEOUT_MS,
  });
  let status: number;
  let text: string;
  let named: string;
  try {
    const response = await client.send({
      method: call.method,
      path: call.path,
      headers: call.headers ?? {},
      body: call.body,
      signal: AbortSignal.timeout(10 * TIMEOUT_MS),
    });
    status = response.statusCode ?? 0;
    named = String(response.headers['x-amzn-errortype'] ?? '');
    text = Buffer.from(await readBody(response, MAX_ANSWER_BYTES)).toString('utf8');
  } catch (error) {
    throw new SragError(
      'AWS_UNAVAILABLE',
      `${call.title} did not answer at ${call.url.origin}: ${messageOf(error)}.`,
      {
        remedy: 'Check the network and the region.',
        cause: error,
      },
    );
  } finally {
    client.close();
  }
  if (status === 200) return text;
  throw refusal(call, status, named, text);
}

function refusal(call: AwsCall, status: number, named: string, text: string): SragError {
  const type =
    named || /<Code>([^<]+)<|"(?:__type|code|Code)"\s*:\s*"([^"]+)"/.exec(text)?.slice(1).find(Boolean) || '';
  const name = (type.split('#').at(-1) ?? '').split(':')[0] || `HTTP ${status}`;
  const words =
    /<Message>([^<]+)<|"[mM]essage"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.slice(1).find(Boolean) ?? '';
  const detail = `${call.title}: ${name}${words === '' ? '' : `, ${excerpt(words)}`}`;
  const fields = { type: name, status };
  if (DENIED.test(name) || status === 401 || status === 403) {
    return new SragError('ACCESS_DENIED', detail, {
      remedy: `Grant these credentials ${call.permission}, and check that they have not expired.`,
      fields,
    });
  }
  if (status >= 500 || status === 429 || /Throttl|TooManyRequests/i.test(name))
    return new SragError('AWS_UNAVAILABLE', detail, { remedy: 'Try again later.', fields });
  return new SragError('AWS_REFUSED', detail, { remedy: 'See the message from the service.', fields });
}
