import { messageOf, SragError } from '../../core/index.ts';
import { type AwsCredentials, awsOrigin } from '../../io/aws/index.ts';
import { loadOptionalPackage } from '../../io/settings/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Sources of credentials and region. */
export interface AwsSources {
  readonly environment: Environment;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * Returns credentials from the environment, or else from the AWS SDK (profiles, single sign-on, roles), whose
 * package comes with every AWS client.
 * @throws CREDENTIALS_MISSING; MISSING_PACKAGE if the SDK is needed but not installed.
 */
export async function awsCredentials({ environment, profile }: AwsSources): Promise<AwsCredentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (profile === undefined && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN || undefined,
    };
  }
  const { defaultProvider } = await loadOptionalPackage(
    '@aws-sdk/credential-provider-node',
    'Finding AWS credentials in profiles and roles',
    () => import('@aws-sdk/credential-provider-node'),
  );
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await defaultProvider(
      profile === undefined ? {} : { profile },
    )();
    return { accessKeyId, secretAccessKey, sessionToken };
  } catch (cause) {
    throw new SragError('CREDENTIALS_MISSING', `There are no AWS credentials: ${messageOf(cause)}`, {
      remedy: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile (aws sso login).',
      cause,
    });
  }
}

/** The given region, or else the one of AWS's variables. @throws INVALID_CONFIG if there is none. */
export function awsRegion({ environment, region }: AwsSources): string {
  const found = region ?? (environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined);
  if (found !== undefined) return found;
  throw new SragError('INVALID_CONFIG', 'No AWS region is set.', {
    remedy: "Set AWS_REGION, or 'deploy.region' in the configuration.",
    fields: { path: 'deploy.region' },
  });
}

/** Address of a service: the one that the environment sets for this service or for all, or else AWS's own. */
export function awsEndpoint(service: string, region: string, environment: Environment, host = service): URL {
  const own = environment[`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll('-', '_')}`];
  return new URL(own || environment.AWS_ENDPOINT_URL || awsOrigin(host, region));
}
