import type { Config, DeploymentConfig } from '../../config/index.ts';
import { SragError, withoutUndefined } from '../../core/index.ts';

/** Settings of an OpenSearch server, as under the key `opensearch`. */
export type OpenSearchSettings = NonNullable<Config['opensearch']>;

type GivenServer = NonNullable<DeploymentConfig['opensearch']>;
type GivenDomain = Extract<GivenServer, { readonly domainArn: string }>;

/** The prop `opensearch` of the construct. */
type OpenSearchProp = Partial<Pick<OpenSearchSettings, 'indexPrefix' | 'timeoutMs' | 'attempts'>> &
  (Exclude<GivenServer, GivenDomain> | (GivenDomain & { readonly url: string }));

/** Deployment options of servers, with the index kinds that each of them serves. */
const SERVERS = {
  opensearch: (kind: string) => kind.startsWith('opensearch-'),
  s3Vectors: (kind: string) => kind === 's3-vectors',
} as const;
type ServerOption = keyof typeof SERVERS;

/** Index kinds in the served collections. */
export interface ServedKinds {
  /** Kinds that the functions open: the configured one, else the published ones. */
  readonly opened: readonly string[];
  /** Kinds of all versions, published or not. */
  readonly built: readonly string[];
}

/**
 * Checks before any work that the deployment has a server for each kind that functions open, and that existing
 * servers have indexes to search. A new server has none yet.
 * @throws INVALID_CONFIG
 */
export function checkIndexServers(
  deploy: Pick<DeploymentConfig, ServerOption>,
  { opened, built }: ServedKinds,
): void {
  for (const [option, serves] of Object.entries(SERVERS) as [ServerOption, (kind: string) => boolean][]) {
    const given = deploy[option];
    const unserved = opened.find(serves);
    if (given === undefined && unserved !== undefined)
      throw invalid(
        option,
        `The functions open an index of kind '${unserved}', but deploy.${option} is not set.`,
        {
          remedy: `Set deploy.${option} to its server, or publish an index of another kind.`,
        },
      );
    const isExisting = given !== undefined && !('create' in given);
    if (isExisting && opened.length > 0 && ![...opened, ...built].some(serves))
      throw invalid(
        option,
        `deploy.${option} is set, but the functions open an index of kind '${opened[0]}'.`,
        {
          remedy: `Build an index on the server first (srag index build), set index to its kind, or remove deploy.${option}.`,
        },
      );
  }
}

/** The servers of a deployment, and the vector bucket that the command line uses. */
interface ConfiguredServers {
  readonly deploy: Pick<DeploymentConfig, ServerOption>;
  readonly s3Vectors?: Pick<NonNullable<Config['s3Vectors']>, 'bucket' | 'region'> | undefined;
}

/**
 * Checks that referenced resources are in the region of the deployment, as far as their regions are known.
 * @throws INVALID_CONFIG
 */
export function checkServerRegions(
  { deploy, s3Vectors: configured }: ConfiguredServers,
  region: string | undefined,
): void {
  const { opensearch, s3Vectors } = deploy;
  const arns = [
    opensearch && 'domainArn' in opensearch
      ? (['opensearch.domainArn', opensearch.domainArn] as const)
      : undefined,
    opensearch && 'collectionArn' in opensearch
      ? (['opensearch.collectionArn', opensearch.collectionArn] as const)
      : undefined,
    s3Vectors && 'bucket' in s3Vectors ? (['s3Vectors.bucket', s3Vectors.bucket] as const) : undefined,
  ];
  for (const [field, arn] of arns.filter((each) => each !== undefined)) {
    const [, , , own] = arn.split(':');
    if (region !== undefined && own !== undefined && own !== region)
      throw invalid(field, `deploy.${field} is in region ${own}, but the deployment is in ${region}.`, {
        remedy: 'Deploy to the region of the server: every search would leave the region otherwise.',
      });
  }
  if (s3Vectors !== undefined && 'bucket' in s3Vectors)
    checkBucketRegion(s3Vectors.bucket, configured, region);
}

/** Names of vector buckets are unique in a region only, so the functions would use another bucket of this name. */
function checkBucketRegion(
  given: string,
  configured: ConfiguredServers['s3Vectors'],
  region: string | undefined,
): void {
  const name = given.slice(given.lastIndexOf('/') + 1);
  if (region === undefined || configured?.region === undefined) return;
  if (name === configured.bucket && region !== configured.region)
    throw invalid(
      's3Vectors.bucket',
      `Vector bucket '${name}' is in region ${configured.region} (s3Vectors.region), but the deployment is in ${region}.`,
      {
        remedy: `Deploy to ${configured.region}, or build the indexes in a vector bucket in ${region}.`,
      },
    );
}

/**
 * The prop `opensearch` of the construct: the option, with the address and the settings of requests from the key
 * `opensearch`.
 * @throws INVALID_CONFIG if the address is missing, or the functions would not have the password
 */
export function deployedOpenSearchOf(
  given: GivenServer | undefined,
  configured: OpenSearchSettings | undefined,
): OpenSearchProp | undefined {
  if (given === undefined) return undefined;
  const { indexPrefix, timeoutMs, attempts } = configured ?? {};
  const requests = withoutUndefined({ indexPrefix, timeoutMs, attempts });
  if ('domainArn' in given) {
    const url = given.url ?? configured?.url;
    if (url === undefined || !url.startsWith('https:'))
      throw invalid('opensearch.url', `The address of ${given.domainArn} is not known.`, {
        remedy: 'Set deploy.opensearch.url, or opensearch.url, to the https address of the domain.',
      });
    return { ...given, ...requests, url };
  }
  const isServer = !('collectionArn' in given || 'create' in given);
  if (isServer && given.username === undefined && isKnownToNeedPassword(given.url, configured))
    throw invalid('opensearch.password', `The functions would have no password for ${given.url}.`, {
      remedy:
        'Store it in Secrets Manager, and set deploy.opensearch.username, and deploy.opensearch.password to {{resolve:secretsmanager:NAME:SecretString:KEY}}.',
    });
  return { ...given, ...requests };
}

/** The prop `s3Vectors` of the construct: the option, with the settings of requests from the key `s3Vectors`. */
export const deployedS3VectorsOf = (
  given: DeploymentConfig['s3Vectors'],
  { timeoutMs, attempts }: { readonly timeoutMs?: number; readonly attempts?: number } = {},
) => given && { ...given, ...withoutUndefined({ timeoutMs, attempts }) };

const isKnownToNeedPassword = (url: string, configured: OpenSearchSettings | undefined): boolean =>
  configured?.username !== undefined && new URL(configured.url).origin === new URL(url).origin;

const invalid = (field: string, message: string, { remedy }: { readonly remedy: string }): SragError =>
  new SragError('INVALID_CONFIG', message, { remedy, fields: { path: `deploy.${field}` } });
