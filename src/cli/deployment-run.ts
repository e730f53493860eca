import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import {
  builtFunctions,
  type CdkRun,
  checkBundles,
  checkIndexServers,
  checkServerRegions,
  type DeploymentRecord,
  deploymentName,
  findInfra,
  infraSettings,
  readDeployment,
} from '../cloud/deployment/index.ts';
import { processEnvironment, s3Settings, type Workspace } from '../config/index.ts';
import { SragError } from '../core/index.ts';
import { readCollection } from '../corpus/index.ts';
import { type ObjectStorage, openStorage, parseLocation } from '../io/storage/index.ts';
import { type CommandContext, type CommonOptions, withCommonOptions } from './context.ts';
import { corpusBytes, ingestStorageMb } from './ingest-storage.ts';
import { collect, numberOption } from './options.ts';
import type { Progress } from './progress.ts';
import { servedKinds } from './served-kinds.ts';

/** Options of deployment commands, as commander returns them. */
export interface DeploymentOptions extends CommonOptions {
  readonly name?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly engine?: string;
  readonly auth?: { readonly kind: string };
  readonly corsOrigin?: readonly string[];
  readonly allowCollection?: readonly string[];
  readonly cache?: string;
  readonly concurrency?: number | 'unreserved';
  readonly waf?: boolean;
  readonly kms?: boolean;
  readonly ingest?: boolean;
  readonly alarmEmail?: string;
  readonly yes?: boolean;
}

/** Adds the options that name a deployment. */
export const withDeploymentName = (command: Command): Command =>
  withCommonOptions(command)
    .option('--name <name>', 'name of the deployment (default: srag- and the collection)')
    .option('--region <region>', 'AWS region')
    .option('--profile <name>', 'profile of the shared AWS configuration');

/** Adds the most common deployment settings; the configuration's key `deploy` has all of them. */
export const withDeploymentOptions = (command: Command): Command =>
  withDeploymentName(command)
    .option('--engine <engine>', 'snapshot (default) or lancedb')
    .option('--auth <kind>', 'iam (default), api-key or none; jwt needs the configuration', authKind)
    .option('--cors-origin <origin>', 'origin of web pages that may send requests (repeatable)', collect)
    .option('--allow-collection <name>', 'another collection that requests may name (repeatable)', collect)
    .option('--cache <kind>', 'none (default), memory, dynamodb or s3')
    .option('--concurrency <n>', 'maximum environments of each function, or unreserved', concurrency)
    .option('--waf', 'a web application firewall in front of the API')
    .option('--kms', 'encrypt all stored data with a dedicated KMS key')
    .option('--no-ingest', 'do not deploy ingestion')
    .option('--alarm-email <address>', 'address that receives the alarms')
    .option('--embedder <name>', 'embedder of questions; default: that of the collection')
    .option('--embedder-settings <json>', "the embedder's settings")
    .option('--generator <name>', 'extractive (default), bedrock or openai-compatible')
    .option('--generator-settings <json>', "the generator's settings")
    .option('--index <kind[@version]>', 'index to search (default: the published one)')
    .option('--mode <mode>', 'auto, lexical, vector or hybrid')
    .option('--reranker <name>', 'none, mmr, bedrock or transformers')
    .option('--reranker-settings <json>', "the reranker's settings");

/** The options' values by dotted configuration key. */
export function deploymentKeys(options: DeploymentOptions): Record<string, unknown> {
  return {
    'deploy.name': options.name,
    'deploy.region': options.region,
    'deploy.profile': options.profile,
    'deploy.engine': options.engine,
    'deploy.auth': options.auth,
    'deploy.corsOrigins': options.corsOrigin,
    collections: options.allowCollection,
    'deploy.cache': options.cache,
    'deploy.reservedConcurrency': options.concurrency,
    'deploy.waf': options.waf,
    'deploy.kms': options.kms,
    // commander returns true without --no-ingest, so only false counts as set.
    'deploy.ingest': options.ingest === false ? false : undefined,
    'deploy.alarms': options.alarmEmail === undefined ? undefined : { email: options.alarmEmail },
  };
}

/** Parameters of CDK that all commands share. */
interface RunOptions {
  readonly stack: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly progress?: Progress;
  /** Verb of the progress line, for example `Deploying`. */
  readonly verb?: string;
}

/** Parameters for a run of the pinned CDK, without the settings of the stack. @throws MISSING_PACKAGE */
export function cdkRun({ signal }: CommandContext, options: RunOptions): Omit<CdkRun, 'settings'> {
  const { stack, region, profile, progress, verb = 'Deploying' } = options;
  return {
    infra: findInfra({ cwd: process.cwd() }),
    stack,
    region,
    profile,
    environment: processEnvironment(),
    signal,
    onProgress: progress
      ? ({ done, total, detail }) => progress.update(`${verb} ${stack}`, done, total, detail)
      : undefined,
  };
}

/** A planned deployment: its CDK run, and the facts that are known before CDK runs. */
export interface PlannedDeployment {
  readonly name: string;
  readonly run: CdkRun;
  /** Whether the deployment owns, or will own, its bucket. */
  readonly ownsBucket: boolean;
}

/**
 * Prepares the CDK run without starting it.
 * @throws MISSING_PACKAGE, BUNDLE_MISSING, INVALID_ARGUMENT
 */
export async function planDeployment(
  context: CommandContext,
  options: Pick<RunOptions, 'progress'> = {},
): Promise<PlannedDeployment> {
  const { workspace } = context;
  const { config } = workspace;
  const { region, profile } = config.deploy;
  const name = deploymentName(config);
  const run = cdkRun(context, { stack: name, region, profile, ...options });
  const functions = resolve(config.deploy.functions ?? builtFunctions());
  checkBundles(functions, config.deploy);
  checkServerRegions(config, regionOf(workspace));
  checkIndexServers(config.deploy, await servedKinds(workspace));
  const existing = existingPlace(workspace, await readDeployment(workspace.storage));
  const settings = infraSettings(
    { ...config, ...(await collectionEmbedder(workspace)) },
    existing,
    functions,
  );
  const { ingest, ingestStorageMb: configured } = config.deploy;
  const sized =
    ingest && configured === undefined
      ? { ingestStorageMb: ingestStorageMb(await corpusBytes(workspace)) }
      : {};
  return { name, run: { ...run, settings: { ...settings, ...sized } }, ownsBucket: existing === undefined };
}

/** The region of the deployment, unless a profile sets it. */
function regionOf({ config }: Workspace): string | undefined {
  const { region, profile } = config.deploy;
  const { AWS_REGION, AWS_DEFAULT_REGION } = processEnvironment();
  return region ?? (profile === undefined ? AWS_REGION || AWS_DEFAULT_REGION || undefined : undefined);
}

/** The bucket that already contains the collections, unless this deployment created it. */
function existingPlace({ place }: Workspace, before: DeploymentRecord | undefined) {
  const { location } = place;
  if (location.kind !== 's3' || (before?.ownsBucket === true && before.bucket === location.bucket))
    return undefined;
  if (location.prefix !== '') return { bucket: location.bucket, prefix: location.prefix };
  throw new SragError('INVALID_ARGUMENT', `The location s3://${location.bucket} has no prefix.`, {
    remedy: 'Functions can access only one prefix of a bucket: use s3://bucket/prefix.',
    fields: { field: 'location' },
  });
}

/** The embedder of the collection if the configuration names none: the deployment must allow its model. */
export async function collectionEmbedder({ config, storage }: Workspace) {
  if (config.embedder !== 'none') return {};
  const collection = await readCollection(storage, config.collection);
  const [, model, dimensions] = /^bedrock-titan:(.+):(\d+)$/.exec(collection?.embedder ?? '') ?? [];
  if (model === undefined) return {};
  return { embedder: 'bedrock-titan', embedderSettings: { model, dimensions: Number(dimensions) } };
}

/** Opens the storage of the deployed collections for `work`. */
export async function withDeployedStorage(
  { config }: Workspace,
  { location, region }: DeploymentRecord,
  work: (storage: ObjectStorage) => Promise<void>,
): Promise<void> {
  const settings = { ...s3Settings(config.s3, processEnvironment()), region };
  const storage = await openStorage(parseLocation(location), settings);
  await work(storage).finally(() => storage.close());
}

function authKind(text: string): { readonly kind: string } {
  if (['iam', 'api-key', 'none'].includes(text)) return { kind: text };
  throw new InvalidArgumentError(
    text === 'jwt'
      ? "It needs an issuer and an audience: set 'deploy.auth' in the configuration."
      : 'It must be iam, api-key or none.',
  );
}

const concurrency = (text: string): number | 'unreserved' =>
  text === 'unreserved' ? text : numberOption(text);
