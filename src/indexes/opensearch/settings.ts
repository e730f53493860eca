import { z } from 'zod';
import { SragError } from '../../core/index.ts';
import type { AwsCredentials } from '../../io/aws/index.ts';
import { parseSettings } from '../../io/settings/index.ts';
import type { IndexServers } from '../port.ts';

/** How requests to the server are authenticated. */
export type Authentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | {
      readonly kind: 'aws';
      /** `es`: a domain of Amazon OpenSearch Service; `aoss`: a collection of OpenSearch Serverless. */
      readonly service: 'es' | 'aoss';
      readonly region: string;
      readonly credentials: AwsCredentials;
    };

const isPlain = ({ username, password, search, hash }: URL): boolean =>
  username + password + search + hash === '';

/** Settings of the `opensearch-*` kinds. */
export const openSearchSettingsSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .refine((text) => isPlain(new URL(text)), 'must have no user, query or fragment')
    .describe('Address of the server, for example http://127.0.0.1:9200.'),
  username: z.string().min(1).optional().describe('User of HTTP basic authentication.'),
  password: z.string().min(1).optional().describe('Password of the user.'),
  service: z
    .enum(['es', 'aoss'])
    .optional()
    .describe(
      'Signs requests for Amazon OpenSearch Service (es) or Serverless (aoss). Default: by the host name.',
    ),
  region: z
    .string()
    .min(1)
    .optional()
    .describe('AWS region of a signed service. Default: by the host name, else AWS_REGION.'),
  indexPrefix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,40}$/)
    .default('srag')
    .describe('First part of the names of indices on the server.'),
  timeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(5_000)
    .describe(
      'Maximum time for one attempt of a search. Too low: slow searches fail. Too high: a silent server delays the answer.',
    ),
  attempts: z
    .int()
    .min(1)
    .max(20)
    .default(4)
    .describe('Maximum attempts of a request that fails temporarily or is throttled.'),
});

/** Checked settings of a server. */
export type OpenSearchSettings = Readonly<z.output<typeof openSearchSettingsSchema>> & {
  readonly authentication: Authentication;
};

/**
 * The server of the `opensearch-*` kinds.
 * @throws INVALID_CONFIG, UNKNOWN_CONFIG_KEY, CREDENTIALS_MISSING
 */
export function openSearchSettings(servers: IndexServers | undefined): OpenSearchSettings {
  const given = servers?.settings.opensearch;
  if (given === undefined) {
    throw new SragError('INVALID_CONFIG', 'No OpenSearch server is configured.', {
      remedy:
        'Set opensearch.url in the configuration file, or SRAG_OPENSEARCH_URL, for example http://127.0.0.1:9200.',
      fields: { path: 'opensearch.url' },
    });
  }
  const settings = parseSettings(openSearchSettingsSchema, given, "index kinds 'opensearch-*'");
  return { ...settings, authentication: authenticationOf(settings, servers) };
}

/** The AWS service whose requests are signed; undefined if they are not. */
export const signedService = ({
  url,
  username,
  service = hostOf(url)?.service,
}: z.output<typeof openSearchSettingsSchema>): 'es' | 'aoss' | undefined =>
  username === undefined ? service : undefined;

function authenticationOf(
  given: z.output<typeof openSearchSettingsSchema>,
  servers: IndexServers | undefined,
): Authentication {
  const { url, username, password, region } = given;
  const service = signedService(given);
  if ((username === undefined) !== (password === undefined)) {
    throw new SragError('INVALID_CONFIG', 'Basic authentication needs both a username and a password.', {
      remedy: 'Set opensearch.username and password, or neither.',
      fields: { path: 'opensearch' },
    });
  }
  if (username !== undefined && password !== undefined) return { kind: 'basic', username, password };
  if (service === undefined) return { kind: 'none' };
  const credentials = servers?.aws?.credentials;
  const signedRegion = region ?? hostOf(url)?.region ?? servers?.aws?.region;
  if (credentials === undefined || signedRegion === undefined) {
    throw new SragError(
      'CREDENTIALS_MISSING',
      `Requests to ${service === 'es' ? 'Amazon OpenSearch Service' : 'OpenSearch Serverless'} are signed, but ${credentials === undefined ? 'no AWS credentials are' : 'no region is'} set.`,
      {
        remedy:
          'Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, for example with: eval "$(aws configure export-credentials --format env)".',
      },
    );
  }
  return { kind: 'aws', service, region: signedRegion, credentials };
}

/**
 * Service and region of a host name of AWS: `NAME.REGION.es.amazonaws.com`, `NAME.aos.REGION.on.aws`,
 * `ID.aoss.REGION.on.aws` (NextGen) or `ID.REGION.aoss.amazonaws.com` (Classic), also with `.cn`.
 */
function hostOf(url: string): { readonly service: 'es' | 'aoss'; readonly region: string } | undefined {
  const labels = new URL(url).hostname.replace(/\.amazonaws\.com(?:\.cn)?$/, '.aws').split('.');
  const [last, service, region] = [labels.pop(), labels.pop() ?? '', labels.pop() ?? ''];
  if (last !== 'aws') return undefined;
  if (service === 'on') {
    const product = labels.at(-1);
    if (product === 'aos') return { service: 'es', region };
    return product === 'aoss' ? { service: 'aoss', region } : undefined;
  }
  return service === 'es' || service === 'aoss' ? { service, region } : undefined;
}
