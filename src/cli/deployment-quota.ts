import {
  awsCredentials,
  awsRegion,
  concurrencyLimit,
  hasRoom,
  reservedEnvironments,
} from '../cloud/deployment/index.ts';
import { processEnvironment } from '../config/index.ts';
import { SragError } from '../core/index.ts';
import type { CommandContext } from './context.ts';
import type { PlannedDeployment } from './deployment-run.ts';

/**
 * Fits the deployment to the account's concurrency limit: if it is too small for the default reservations,
 * functions share it and the gateway admits only what they can serve.
 * @throws INVALID_CONFIG if the configured reservations exceed the limit
 */
export async function withinQuota(
  { workspace, say }: CommandContext,
  planned: PlannedDeployment,
): Promise<PlannedDeployment> {
  const { deploy } = workspace.config;
  const limit = await accountLimit(deploy).catch((error: Error) => {
    say(`The account's limit of concurrent executions is unknown: ${error.message}`);
  });
  const reserved = reservedEnvironments(deploy);
  if (limit === undefined || (reserved > 0 && hasRoom(limit, reserved))) return planned;
  if (reserved > 0 && deploy.reservedConcurrency !== undefined) {
    throw new SragError(
      'INVALID_CONFIG',
      `The functions would reserve ${reserved} of the account's ${limit} concurrent executions, of which Lambda keeps 100 unreserved.`,
      {
        remedy: `Lower deploy.reservedConcurrency, set it to 'unreserved', or request a higher quota in Service Quotas (AWS Lambda, Concurrent executions).`,
        fields: { field: 'deploy.reservedConcurrency', limit },
      },
    );
  }
  if (reserved > 0)
    say(
      `The account allows ${limit} concurrent executions, so the functions share them without reservations.`,
    );
  const settings = { ...planned.run.settings, reservedConcurrency: 'unreserved', accountConcurrency: limit };
  return { ...planned, run: { ...planned.run, settings } };
}

async function accountLimit({
  region,
  profile,
}: {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}): Promise<number> {
  const sources = { environment: processEnvironment(), region, profile };
  return concurrencyLimit({
    region: awsRegion(sources),
    credentials: await awsCredentials(sources),
    environment: sources.environment,
  });
}
