import { confirm, isCancel } from '@clack/prompts';
import type { Command } from 'commander';
import {
  cdkBootstrap,
  cdkDeploy,
  createdServers,
  type DeploymentRecord,
  recordOf,
  writeDeployment,
} from '../../cloud/deployment/index.ts';
import { printableLine, SragError } from '../../core/index.ts';
import { parseLocation } from '../../io/storage/index.ts';
import { VERSION } from '../../version.ts';
import { type CommandContext, type CommandResult, runCommand } from '../context.ts';
import { previewResult } from '../deployment-preview.ts';
import { withinQuota } from '../deployment-quota.ts';
import {
  type DeploymentOptions,
  deploymentKeys,
  planDeployment,
  withDeployedStorage,
  withDeploymentOptions,
} from '../deployment-run.ts';
import { Progress } from '../progress.ts';

interface DeployOptions extends DeploymentOptions {
  readonly bootstrap?: boolean;
  readonly dryRun?: boolean;
}

/** `srag deploy` */
export function deployCommand(program: Command): void {
  withDeploymentOptions(program.command('deploy'))
    .description('Deploy a question-answering API over the collection to AWS')
    .option('--bootstrap', 'bootstrap CDK in the account and region first')
    .option('--yes', 'do not ask for confirmation')
    .option(
      '--dry-run',
      'show resources, permissions and the monthly cost; a local location needs no credentials',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ srag deploy --region eu-west-1
  $ srag deploy --location s3://my-bucket/handbook --auth api-key --alarm-email team@example.org
  $ srag deploy --dry-run --region eu-west-1
  $ srag diff
`,
    )
    .action((options: DeployOptions) =>
      runCommand(options, (context) => deployApi(context, options), deploymentKeys(options)),
    );
}

async function deployApi(context: CommandContext, options: DeployOptions): Promise<CommandResult> {
  const progress = new Progress();
  const requested = await planDeployment(context, { progress });
  const { collection, deploy } = context.workspace.config;
  if (options.dryRun === true) return previewResult(context, requested);
  if (options.yes !== true) await ask(requested.name, context.isJson);
  const planned = await withinQuota(context, requested);
  if (options.bootstrap === true) {
    context.say('Bootstrapping account and region for CDK.');
    const empty = { name: planned.name, destroy: true };
    await cdkBootstrap({ ...planned.run, settings: empty }).finally(() => progress.end());
  }
  context.say(`Synthesising and deploying ${planned.name}. The first deployment takes some minutes.`);
  const outputs = await cdkDeploy(planned.run).finally(() => progress.end());
  const record = recordOf(outputs, {
    name: planned.name,
    collection,
    engine: deploy.engine,
    ownsBucket: planned.ownsBucket,
    version: VERSION,
    deployedAt: new Date().toISOString(),
    profile: deploy.profile,
  });
  await remember(context, record);
  return { json: record, text: summary(record) };
}

/** Asks for confirmation in an interactive session; scripts deploy without confirmation. */
async function ask(name: string, isJson: boolean): Promise<void> {
  if (isJson || process.stdin.isTTY !== true || process.stderr.isTTY !== true) return;
  const answer = await confirm({
    message: printableLine(
      `Deploy ${name} to AWS, with its own roles and policies? srag diff shows what changes.`,
    ),
    output: process.stderr,
  });
  if (isCancel(answer) || !answer) throw new SragError('CANCELLED', 'Nothing was deployed.');
}

/** Saves the record at the location and, if the deployed collections are elsewhere, next to them as well. */
async function remember({ workspace, say }: CommandContext, record: DeploymentRecord): Promise<void> {
  await writeDeployment(workspace.storage, record);
  const deployed = parseLocation(record.location);
  const { location } = workspace.place;
  const isHere =
    location.kind === 's3' &&
    deployed.kind === 's3' &&
    location.bucket === deployed.bucket &&
    location.prefix === deployed.prefix;
  if (isHere) return;
  try {
    await withDeployedStorage(workspace, record, (storage) => writeDeployment(storage, record));
  } catch (error) {
    say(`The deployment could not be recorded at ${record.location}: ${(error as Error).message}`);
  }
}

function summary(record: DeploymentRecord): string {
  const { apiUrl, auth, apiKeyId, region, location, documents } = record;
  return [
    `Deployed ${record.name} in ${region}: ${apiUrl}`,
    ...createdServers(record).map((name) => `Created: ${name}`),
    '',
    'If the collection is still empty, ingest documents:',
    `  srag ingest PATH --location ${location}`,
    ...(documents === undefined ? [] : [`or upload documents to ${documents}`]),
    '',
    'Ask it:',
    '  srag ask --remote "..."',
    ...(auth === 'api-key'
      ? [
          'with SRAG_API_KEY set to',
          `  aws apigateway get-api-key --include-value --query value --output text --region ${region} --api-key ${apiKeyId}`,
        ]
      : []),
    ...(auth === 'jwt' ? ['with a token of its issuer in SRAG_API_TOKEN'] : []),
  ].join('\n');
}
