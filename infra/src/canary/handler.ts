import { signedHeaders } from './signed-headers.ts';

/** Settings of the canary. */
export interface CanarySettings {
  /** Address of the API, without a trailing slash. */
  readonly url: string;
  readonly auth: string;
  readonly region: string;
  /** Only for auth `api-key`: URL that returns the API key from API Gateway. */
  readonly keyUrl?: string | undefined;
}

const TIMEOUT_MS = 20_000;
/** Error codes that are expected before the first publication. */
const EMPTY = ['NO_INDEX', 'UNKNOWN_COLLECTION'];

/** Handler for Synthetics: sends one question through the gateway, and throws on failure. */
export const handler = (): Promise<string> =>
  askOnce({
    url: process.env.SRAG_URL ?? '',
    auth: process.env.SRAG_AUTH ?? '',
    region: process.env.AWS_REGION ?? '',
    keyUrl: process.env.SRAG_KEY_URL,
  });

/** Requests one hit. @throws Error with the status and code of an unsuccessful response */
export async function askOnce({ url, auth, region, keyUrl }: CanarySettings): Promise<string> {
  const body = JSON.stringify({ question: 'canary', topK: 1 });
  const target = new URL(`${url}/retrieve`);
  const request = { method: 'POST', url: target, body, service: 'execute-api', region } as const;
  const identity =
    auth === 'iam'
      ? signedHeaders(request, keys())
      : auth === 'api-key'
        ? { 'x-api-key': await apiKey(keyUrl ?? '', region) }
        : {};
  const response = await fetch(target, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...identity },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { hits, code } = (await response.json().catch(() => ({}))) as {
    readonly hits?: readonly unknown[];
    readonly code?: string;
  };
  if (response.status === 200 && Array.isArray(hits)) return `${hits.length} hits`;
  if (EMPTY.includes(code ?? '')) return `nothing is published yet (${code})`;
  throw new Error(`POST /retrieve answered ${response.status} ${code ?? ''}`.trimEnd());
}

/** Fetches the value of the API key, which is not in an environment variable. */
async function apiKey(address: string, region: string): Promise<string> {
  const url = new URL(address);
  const headers = signedHeaders({ method: 'GET', url, body: '', service: 'apigateway', region }, keys());
  const response = await fetch(url, {
    headers: { accept: 'application/json', ...headers },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) throw new Error(`API Gateway answered ${response.status} for the API key`);
  return ((await response.json()) as { readonly value: string }).value;
}

const keys = () => ({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  sessionToken: process.env.AWS_SESSION_TOKEN,
});
