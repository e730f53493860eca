import { confirm, isCancel } from '@clack/prompts';
import type { Command } from 'commander';
import {
  cdkDestroy,
  createdServers,
  type DeploymentRecord,
  deleteStoredData,
  deploymentName,
  forgetDeployment,
  requireDeployment,
} from '../../cloud/deployment/index.ts';
import { processEnvironment, s3Settings } from '../../config/index.ts';
import { printableLine, SragError } from '../../core/index.ts';
import { parseLocation } from '../../io/storage/index.ts';
import { type CommandContext, runCommand } from '../context.ts';
import {
  cdkRun,
  type DeploymentOptions,
  deploymentKeys,
  withDeployedStorage,
  withDeploymentName,
} from '../deployment-run.ts';
import { Progress } from '../progress.ts';

interface DestroyOptions extends DeploymentOptions {
  readonly deleteData?: boolean;
}

/** `srag destroy` */
export function destroyCommand(program: Command): void {
  withDeploymentName(program.command('destroy'))
    .description('Destroy a deployment; its data is kept unless --delete-data is given')
    .option('--yes', 'do not ask for confirmation')
    .option('--delete-data', 'also delete collections and, if the deployment created it, the bucket')
    .addHelpText(
      'after',
      `
Without --delete-data the bucket with its corpus and indexes is kept, even with --yes.
`,
    )
    .action((options: DestroyOptions) =>
      runCommand(
        options,
        async (context) => {
          const record = await requireDeployment(context.workspace.storage);
          checkName(record, context);
          const deletesData = await consent(record, options, context.isJson);
          const progress = new Progress();
          const { region } = record;
          const profile = context.workspace.config.deploy.profile ?? record.profile;
          const run = cdkRun(context, { stack: record.name, region, profile, progress, verb: 'Destroying' });
          context.say(`Destroying ${record.name}. This takes some minutes.`);
          // CDK runs with an empty stack of that name, so that destroying needs no build.
          await cdkDestroy({ ...run, settings: { name: record.name, destroy: true } }).finally(() =>
            progress.end(),
          );
          const objects = deletesData ? await deleteData(context, record, profile) : undefined;
          await forget(context, record, objects !== undefined);
          const kept = createdServers(record);
          return {
            json: {
              destroyed: record.name,
              data: objects === undefined ? 'kept' : 'deleted',
              location: record.location,
              objects,
              servers: kept.length === 0 ? undefined : kept,
            },
            text: [
              objects === undefined
                ? `Destroyed ${record.name}. Its data is kept at ${record.location}.`
                : `Destroyed ${record.name}, and deleted ${objects} objects of ${record.location}.`,
              ...kept.map((name) => `Kept, and billed until you delete it: ${name}`),
            ].join('\n'),
          };
        },
        deploymentKeys(options),
      ),
    );
}

/**
 * Refuses to destroy a deployment whose name differs from the configured one, as after a wrong `--location`.
 */
function checkName({ name }: DeploymentRecord, { workspace }: CommandContext): void {
  const { config, loaded } = workspace;
  if (!('deploy.name' in loaded.origins) || deploymentName(config) === name) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    `The deployment recorded at ${workspace.storage.location} is '${name}', not '${deploymentName(config)}'.`,
    { remedy: 'Correct --name or --location.', fields: { field: 'name', value: deploymentName(config) } },
  );
}

/** Asks whether to destroy the deployment. Returns whether its data is deleted, too. */
async function consent(
  { name, location, ownsBucket, bucket }: DeploymentRecord,
  { yes, deleteData }: DestroyOptions,
  isJson: boolean,
): Promise<boolean> {
  if (yes === true) return deleteData === true;
  if (isJson || process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `Destroying '${name}' needs --yes in a non-interactive session.`,
      {
        remedy: 'srag destroy --yes keeps the data; --yes --delete-data deletes it too.',
        fields: { field: 'yes' },
      },
    );
  }
  await askFor(`Destroy ${name}? Its API will stop answering.`);
  if (deleteData === undefined) {
    const too = await confirm({
      message: printableLine(`Delete the data at ${location} too? This cannot be undone.`),
      initialValue: false,
      output: process.stderr,
    });
    if (isCancel(too)) throw new SragError('CANCELLED', 'Nothing was destroyed.');
    return too;
  }
  await askFor(
    `Delete ${ownsBucket ? `the bucket ${bucket}` : location} with all its contents? This cannot be undone.`,
  );
  return true;
}

async function askFor(message: string): Promise<void> {
  const answer = await confirm({
    message: printableLine(message),
    initialValue: false,
    output: process.stderr,
  });
  if (isCancel(answer) || !answer) throw new SragError('CANCELLED', 'Nothing was destroyed.');
}

/** Deletes both copies of the record, unless one was deleted with the data. */
async function forget(
  { workspace }: CommandContext,
  record: DeploymentRecord,
  isDeleted: boolean,
): Promise<void> {
  await forgetDeployment(workspace.storage).catch(() => {});
  if (isDeleted) return;
  await withDeployedStorage(workspace, record, forgetDeployment).catch(() => {});
}

/** Deletes the deployment's own bucket, or everything below its prefix in another bucket. */
async function deleteData(
  { workspace, signal, say }: CommandContext,
  { bucket, location, ownsBucket, region }: DeploymentRecord,
  profile: string | undefined,
): Promise<number> {
  const deployed = parseLocation(location);
  const prefix = deployed.kind === 's3' ? deployed.prefix : '';
  say(`Deleting ${ownsBucket ? `bucket ${bucket}` : location}`);
  const progress = new Progress();
  return deleteStoredData(
    ownsBucket ? { bucket } : { bucket, prefix },
    { ...s3Settings(workspace.config.s3, processEnvironment()), region, profile },
    { signal, onProgress: (done) => progress.update('Deleting', done, 0, `${done} objects`) },
  ).finally(() => progress.end());
}
