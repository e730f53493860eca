import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { awsCredentials } from '../../cloud/deployment/index.ts';
import { processEnvironment, type Workspace } from '../../config/index.ts';
import { type CollectionSettings, parseIndexSelector, SragError } from '../../core/index.ts';
import { readCollection } from '../../corpus/index.ts';
import { SERVER_KINDS, signedService } from '../../indexes/index.ts';
import { formatLocation } from '../../io/storage/index.ts';
import { Laptop, type ServicesOptions } from '../../laptop/index.ts';
import type { CommandContext } from '../context.ts';
import { formatDuration } from '../output.ts';
import { style } from '../terminal.ts';
import { accessNotes, accessRules } from './access-rules.ts';
import { freezeOf } from './freeze.ts';
import { frontOf } from './front.ts';
import { cannotListen, type ServeOptions, type Serving } from './serving.ts';
import { signingVariables } from './signing-variables.ts';

/** Runs the built functions in their own environments behind a gateway, as in a deployment. */
export async function serveOnLaptop(
  { workspace, say }: CommandContext,
  options: ServeOptions,
): Promise<Serving> {
  const access = await accessRules(options);
  const dist = builtFolder();
  const { location } = workspace.place;
  try {
    const laptop = await Laptop.start({
      functionsFolder: join(dist, 'functions'),
      runtime: [process.execPath, join(dist, 'emulator', 'bootstrap.mjs')],
      host: options.host,
      port: options.port,
      folder: location.kind === 'file' ? location.path : undefined,
      engine: options.engine ?? (await engineFor(workspace)),
      collection: workspace.config.collection,
      environment: {
        ...(await functionVariables(workspace)),
        ...(options.queryCache ? {} : { SRAG_QUERY_CACHE: 'none' }),
      },
      concurrency: options.concurrency,
      memoryMb: options.memory,
      throttle: { rate: options.rate, burst: options.burst },
      storageModel: storageModel(options.storageModel),
      freeze: freezeOf(options.freeze),
      idleMs: options.idle * 1_000,
      scaleRate: 1_000,
      access,
      front: frontOf(access.origins ?? []),
      onLog: (_name, environment, line) => {
        if (options.logs) say(`${style.dim(environment)} ${line}`);
      },
      onRequest: ({ method, path, status, durationMs }) => {
        if (options.accessLog) say(`${method} ${path} ${status} ${style.dim(formatDuration(durationMs))}`);
      },
    });
    return {
      url: laptop.url,
      notes: [...accessNotes(access), ...notesOn(laptop, workspace)],
      close: () => laptop.close(),
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw cannotListen(error as NodeJS.ErrnoException, options);
    throw error;
  }
}

/** The folder of the build: next to this file in the package, below the project's folder in a checkout. */
function builtFolder(): string {
  for (let folder = import.meta.dirname; ; folder = join(folder, '..')) {
    for (const dist of [folder, join(folder, 'dist')])
      if (existsSync(join(dist, 'emulator', 'bootstrap.mjs'))) return dist;
    if (folder === join(folder, '..')) break;
  }
  throw new SragError('PATH_NOT_FOUND', 'The functions are not built.', {
    remedy: 'Run npm run build, or use srag serve --in-process.',
  });
}

/** Selects the smaller engine `snapshot` if it can open the index to search: a snapshot, or one on a server. */
async function engineFor(workspace: Workspace): Promise<'snapshot' | 'lancedb'> {
  const { collection, index } = workspace.config;
  const { kind } =
    index === undefined
      ? ((await workspace.catalogue(collection).published()) ?? {})
      : parseIndexSelector(index);
  const isSmall = kind === undefined || ['snapshot', ...SERVER_KINDS].includes(kind);
  return isSmall ? 'snapshot' : 'lancedb';
}

/** Parses `none`, `s3`, or JSON that overrides the settings of S3. */
function storageModel(text: string): NonNullable<ServicesOptions['model']> {
  if (text === 'none') return 'none';
  if (text === 's3') return {};
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new SragError('INVALID_ARGUMENT', `--storage-model is '${text}'.`, {
      remedy: `Use s3, none, or JSON such as '{"latencyMs": 60}'.`,
      fields: { field: 'storage-model', value: text },
      cause,
    });
  }
}

/** Environment variables of the functions, from the configuration of this location. */
async function functionVariables(workspace: Workspace): Promise<Record<string, string>> {
  const { config, loaded, place } = workspace;
  const environment = processEnvironment();
  const isReal = place.location.kind === 's3';
  const isEmbedderChosen = 'embedder' in loaded.origins;
  const served = await servedCollections(workspace);
  const own = served.find(({ name }) => name === config.collection);
  const embedders = [config.embedder, ...served.map(({ embedder }) => embedder)];
  const usesAws =
    [...embedders, config.generator, config.reranker].some((name) => name.startsWith('bedrock')) ||
    config.s3Vectors !== undefined ||
    (config.opensearch !== undefined && signedService(config.opensearch) !== undefined);
  // If no embedder is configured, functions use the one recorded in the collection.
  const embedderSettings =
    isEmbedderChosen && own !== undefined ? await workspace.embedderSettings(own) : config.embedderSettings;
  return {
    SRAG_COLLECTION: config.collection,
    SRAG_COLLECTIONS: config.collections.join(' '),
    SRAG_MODE: config.mode,
    SRAG_GENERATOR: config.generator,
    SRAG_GENERATOR_SETTINGS: JSON.stringify(config.generatorSettings),
    SRAG_ANSWER: JSON.stringify(config.answer),
    SRAG_RERANKER: config.reranker,
    SRAG_RERANKER_SETTINGS: JSON.stringify(config.rerankerSettings),
    SRAG_EMBEDDER_SETTINGS: JSON.stringify(embedderSettings),
    ...(isEmbedderChosen ? { SRAG_EMBEDDER: config.embedder } : {}),
    ...(config.index === undefined ? {} : { SRAG_INDEX: config.index }),
    ...(config.s3Vectors && { SRAG_S3_VECTORS: JSON.stringify(config.s3Vectors) }),
    ...(config.opensearch && { SRAG_OPENSEARCH: JSON.stringify(config.opensearch) }),
    ...signingVariables(workspace, environment),
    ...(isReal || usesAws ? await credentialVariables(environment) : {}),
    ...(isReal ? realPlace(place, environment) : {}),
    ...(usesAws && environment.AWS_REGION ? { AWS_REGION: environment.AWS_REGION } : {}),
  };
}

/** Settings of the collections that requests may name, if they exist and can be read. */
async function servedCollections({ config, storage }: Workspace): Promise<CollectionSettings[]> {
  const names = [config.collection, ...config.collections];
  const found = await Promise.all(names.map((name) => readCollection(storage, name).catch(() => undefined)));
  return found.filter((settings) => settings !== undefined);
}

/**
 * The caller's credentials. Functions have no profiles and no home folder, so they receive credentials in the
 * environment, as on Lambda. Without credentials the server still starts; requests to a bucket or a model
 * fail with the reason.
 */
async function credentialVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const found = await awsCredentials({ environment }).catch((error: unknown) => {
    if (error instanceof SragError) return undefined;
    throw error;
  });
  if (found === undefined) return {};
  const { accessKeyId, secretAccessKey, sessionToken } = found;
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
}

function realPlace(
  { location, s3 }: Workspace['place'],
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const region = s3?.region ?? environment.AWS_REGION;
  return {
    SRAG_LOCATION: formatLocation(location),
    ...(region === undefined ? {} : { AWS_REGION: region }),
    ...(s3?.endpoint === undefined ? {} : { AWS_ENDPOINT_URL_S3: s3.endpoint }),
  };
}

/** Endpoints of the services around the functions, with which users can inspect and change their data. */
function notesOn({ services, ingestMachineArn }: Laptop, { config, place }: Workspace): string[] {
  if (place.location.kind !== 'file') return [];
  const { endpoint, s3Endpoint } = services;
  return [
    `S3 at ${s3Endpoint}, bucket srag; SSM, DynamoDB, SQS, Step Functions and Lambda at ${endpoint} (any credentials are accepted)`,
    `Switches: parameters below /srag/laptop. Documents uploaded to s3://srag/documents/${config.collection}/ are ingested if npm run build:lancedb was run.`,
    ...(ingestMachineArn === undefined
      ? []
      : [
          `To ingest many documents: StartExecution of ${ingestMachineArn}, {"bucket", "prefix", "collection"}`,
        ]),
  ];
}
