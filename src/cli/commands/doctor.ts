import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import {
  accountChecks,
  type Check,
  check,
  Finding,
  readDeployment,
  reservedEnvironments,
  usedModels,
} from '../../cloud/deployment/index.ts';
import { processEnvironment, type Workspace } from '../../config/index.ts';
import { asSragError, printableLine } from '../../core/index.ts';
import { listCollections, requireCollection } from '../../corpus/index.ts';
import { indexBackend, SERVER_ADAPTERS } from '../../indexes/index.ts';
import { loadLance } from '../../io/lance/index.ts';
import { checkConditionalWrites } from '../../io/storage/index.ts';
import { createEmbedder, embedderLabel } from '../../models/embedders/index.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  EXIT,
  runCommand,
  withCommonOptions,
  withSearchOptions,
} from '../context.ts';
import { collectionEmbedder } from '../deployment-run.ts';
import { withInstallCommand } from '../install-command.ts';

interface DoctorOptions extends CommonOptions {
  readonly aws?: boolean;
  readonly region?: string;
  readonly profile?: string;
}

const MARKS = { ok: '✓', warning: '!', failed: '✗' } as const;

/** `srag doctor` */
export function doctorCommand(program: Command): void {
  withSearchOptions(withCommonOptions(program.command('doctor')))
    .description('Check Node, packages, the location, collections and models')
    .option('--generator <name>', 'extractive (default), bedrock or openai-compatible')
    .option('--generator-settings <json>', "the generator's settings")
    .option('--aws', 'also check the AWS account: credentials, CDK bootstrap, quotas, Bedrock models')
    .option('--region <region>', 'AWS region')
    .option('--profile <name>', 'profile of the shared AWS configuration')
    .addHelpText(
      'after',
      `
The AWS account is also checked if something was deployed from the location.
`,
    )
    .action((options: DoctorOptions) =>
      runCommand(options, (context) => diagnose(context, options), {
        'deploy.region': options.region,
        'deploy.profile': options.profile,
      }),
    );
}

async function diagnose(
  { workspace, suggest }: CommandContext,
  options: DoctorOptions,
): Promise<CommandResult> {
  const found = [
    await check('node', async () => nodeVersion()),
    await check('lancedb', async () => {
      await loadLance().catch((error: unknown) => {
        throw withInstallCommand(asSragError(error));
      });
      return 'loads';
    }),
    await check('location', () => writable(workspace)),
    ...(await collectionChecks(workspace)),
    await check('embedder', () => embedderName(workspace)),
    await check('generator', async () => (await workspace.generator()).id),
    ...(await serverChecks(workspace)),
    ...(await awsChecks(workspace, options)),
  ];
  const checks = found.map((each) =>
    each.remedy === undefined ? each : { ...each, remedy: suggest(each.remedy) },
  );
  const failed = checks.some(({ status }) => status === 'failed');
  return {
    json: { checks, ok: !failed },
    text: checks
      .map(
        ({ name, status, detail, remedy }) =>
          `${MARKS[status]} ${printableLine(`${name}: ${detail}`)}${remedy === undefined ? '' : `\n    ${remedy}`}`,
      )
      .join('\n'),
    exitCode: failed ? EXIT.failed : EXIT.done,
  };
}

/** Checks the configured servers of index kinds. */
async function serverChecks({ servers }: Workspace): Promise<Check[]> {
  const configured = SERVER_ADAPTERS.filter(({ adapter }) => servers.settings[adapter] !== undefined);
  return Promise.all(
    configured.map(({ adapter, kind }) =>
      check(adapter, async () => (await (await indexBackend(kind)).check?.(servers)) ?? ''),
    ),
  );
}

/** Checks the AWS account if requested, or if a deployment is recorded at this location. */
async function awsChecks(workspace: Workspace, options: DoctorOptions): Promise<Check[]> {
  const record = await readDeployment(workspace.storage).catch(() => undefined);
  if (options.aws !== true && record === undefined) return [];
  const { config } = workspace;
  const served = { ...config, ...(await collectionEmbedder(workspace).catch(() => ({}))) };
  return accountChecks(
    {
      environment: processEnvironment(),
      region: config.deploy.region ?? record?.region,
      profile: config.deploy.profile ?? record?.profile,
    },
    {
      models: usedModels(served),
      reserved: reservedEnvironments(config.deploy),
      isReservationAsked: config.deploy.reservedConcurrency !== undefined,
      nowMs: Date.now(),
    },
  );
}

function nodeVersion(): string {
  const major = Number(process.versions.node.split('.', 1)[0]);
  if (major < 22) throw new Error(`Node ${process.versions.node} is too old: srag needs 22 or later.`);
  return process.versions.node;
}

async function embedderName({ config }: Workspace): Promise<string> {
  const embedder = await createEmbedder(config.embedder, config.embedderSettings);
  return embedder === undefined ? 'none: lexical search' : embedderLabel(embedder.id);
}

/** Writes, reads and deletes small test objects. */
async function writable({ storage }: Workspace): Promise<string> {
  const key = `doctor-${randomUUID()}`;
  await storage.write(key, new TextEncoder().encode('srag'));
  await storage.read(key);
  await storage.delete([key]);
  await checkConditionalWrites(storage);
  return `${storage.location} can be written`;
}

async function collectionChecks(workspace: Workspace): Promise<Check[]> {
  let names: readonly string[] = [];
  const listing = await check('collections', async () => {
    names = await listCollections(workspace.storage);
    return `${names.length}`;
  });
  if (listing.status !== 'ok') return [listing];
  return Promise.all(
    names.map((name) => check(`collection ${name}`, () => collectionState(workspace, name))),
  );
}

/** Opens the corpus and the published index. Opening a corpus table completes an interrupted creation. */
async function collectionState(workspace: Workspace, name: string): Promise<string | Finding> {
  const settings = await requireCollection(workspace.storage, name);
  const { documents, chunks } = await (await workspace.corpus(settings)).stats();
  const held = `${documents} documents, ${chunks} chunks`;
  const catalogue = workspace.catalogue(name);
  if ((await catalogue.published()) === undefined) {
    return new Finding(
      'warning',
      `${held}, no published index`,
      `srag index build snapshot --collection ${name}`,
    );
  }
  await workspace.searcher(await catalogue.find());
  return held;
}
