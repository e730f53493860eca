import type { Command } from 'commander';
import { awsCredentials, cdkDiff } from '../../cloud/deployment/index.ts';
import { processEnvironment } from '../../config/index.ts';
import { hasCode } from '../../core/index.ts';
import { type CommandContext, runCommand } from '../context.ts';
import { previewResult } from '../deployment-preview.ts';
import { withinQuota } from '../deployment-quota.ts';
import {
  type DeploymentOptions,
  deploymentKeys,
  planDeployment,
  withDeploymentOptions,
} from '../deployment-run.ts';

/** `srag diff` */
export function diffCommand(program: Command): void {
  withDeploymentOptions(program.command('diff'))
    .description('Show what srag deploy would change; without credentials, everything that it would create')
    .action((options: DeploymentOptions) =>
      runCommand(
        options,
        async (context) => {
          const planned = await planDeployment(context);
          const missing = await missingCredentials(context);
          if (missing !== undefined) {
            context.say(`Not compared with the deployed stack: ${missing}`);
            const { json, text } = await previewResult(context, planned);
            return { json: { ...json, compared: false }, text };
          }
          const { name, run } = await withinQuota(context, planned);
          const { hasChanges, text } = await cdkDiff(run);
          return {
            json: { name, compared: true, hasChanges, diff: text },
            text: hasChanges ? text : `${name} is up to date.`,
          };
        },
        deploymentKeys(options),
      ),
    );
}

/** The reason why there are no credentials; undefined if credentials are configured. */
async function missingCredentials({ workspace }: CommandContext): Promise<string | undefined> {
  const { region, profile } = workspace.config.deploy;
  try {
    await awsCredentials({ environment: processEnvironment(), region, profile });
    return undefined;
  } catch (error) {
    const isMissing = hasCode(error, 'CREDENTIALS_MISSING');
    if (isMissing && profile === undefined) return error.message;
    throw error;
  }
}
