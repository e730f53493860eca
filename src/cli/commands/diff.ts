import type { Command } from 'commander';
import { cdkDiff } from '../../deployment/index.ts';
import { runCommand } from '../context.ts';
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
    .description('Show what srag deploy would change')
    .action((options: DeploymentOptions) =>
      runCommand(
        options,
        async (context) => {
          const { name, run } = await withinQuota(context, await planDeployment(context));
          const { hasChanges, text } = await cdkDiff(run);
          return {
            json: { name, hasChanges, diff: text },
            text: hasChanges ? text : `${name} is as it would be deployed.`,
          };
        },
        deploymentKeys(options),
      ),
    );
}
