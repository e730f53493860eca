import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AccessRules, GRACE_MS } from '../io/http-server/index.ts';
import { privateFolder } from '../io/temporary/index.ts';
import { LaptopFunctions, lambdaInvoke } from './function-host.ts';
import { type AccessLogEntry, type FunctionRoute, Gateway, type GatewayOptions } from './gateway/index.ts';
import { laptopQueues, queueVariables } from './laptop-queues.ts';
import type { FunctionDefinition, PoolOptions } from './lifecycle/index.ts';
import { type BuiltFunction, type Engine, functionsOf, readBuild } from './manifest.ts';
import { endOrphans, FOLDER_PURPOSE } from './orphans.ts';
import { ingestMachineOf, pipelineOf } from './pipeline.ts';
import {
  type FrozenConnectionsOptions,
  laptopCredentials,
  type RunExecution,
  type Services,
  type ServicesOptions,
  type StartSyncExecution,
  startServices,
} from './services/index.ts';

/** Settings of the laptop cloud. */
export interface LaptopOptions
  extends Pick<PoolOptions, 'runtime' | 'idleMs' | 'scaleRate' | 'onLog' | 'onReport'> {
  /** Folder of the built functions. */
  readonly functionsFolder: string;
  readonly host: string;
  readonly port: number;
  /** The location: a folder that is served as a bucket. If undefined, `environment` names a real bucket. */
  readonly folder?: string | undefined;
  readonly engine: Engine;
  /** The collection that receives the documents uploaded under `documents/<collection>/`. */
  readonly collection: string;
  /** Environment variables of every function, such as the collection and the embedder. */
  readonly environment: Readonly<Record<string, string>>;
  /** Maximum environments per function. */
  readonly concurrency: number;
  /** Memory of every function in MB; default: the manifest's value for each function. */
  readonly memoryMb?: number | undefined;
  /** The gateway's throttle: requests per second, and burst size. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  readonly storageModel?: NonNullable<ServicesOptions['model']> | undefined;
  /**
   * Freezes environments between invocations. Their idle connections to local services then end as specified,
   * or are kept.
   */
  readonly freeze?: FrozenConnectionsOptions | 'connections kept' | undefined;
  readonly access?: AccessRules | undefined;
  /** See {@link GatewayOptions}. */
  readonly front?: GatewayOptions['front'];
  readonly onRequest?: (entry: AccessLogEntry) => void;
}

const BUCKET = 'srag';
const REGION = 'us-east-1';
const STATE_MACHINE_ARN = `arn:aws:states:${REGION}:123456789012:stateMachine:srag`;
/** State machine that ingests every document under a prefix, started with StartExecution. */
const INGEST_MACHINE_ARN = `${STATE_MACHINE_ARN}-ingest`;
/** Path of the SSM parameters that contain the run-time switches. */
const SWITCHES_PATH = '/srag/laptop';
const CACHE_TABLE = 'srag-cache';

/** Maximum pending connections: a step of a load test opens all of its connections at once. */
const BACKLOG = 4_096;

/** The laptop cloud: gateway, functions, state machine and storage on this machine. Close it when done. */
export class Laptop {
  readonly url: string;
  readonly services: Services;
  readonly functions: LaptopFunctions;
  /** ARN of the state machine for bulk ingestion; undefined if `ingest` was not built. */
  readonly ingestMachineArn: string | undefined;
  readonly #gateway: Gateway;
  readonly #folder: string;
  /** Cleans up if the process exits without `close`: ends environments and removes their files. */
  readonly #atExit = (): void => {
    void this.functions.close();
    try {
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // An environment was still writing: the next laptop removes the rest.
    }
  };

  private constructor(
    gateway: Gateway,
    url: string,
    parts: {
      readonly services: Services;
      readonly functions: LaptopFunctions;
      readonly folder: string;
      readonly ingests: boolean;
    },
  ) {
    this.#gateway = gateway;
    this.url = url;
    this.services = parts.services;
    this.functions = parts.functions;
    this.ingestMachineArn = parts.ingests ? INGEST_MACHINE_ARN : undefined;
    this.#folder = parts.folder;
    process.once('exit', this.#atExit);
  }

  /** @throws PATH_NOT_FOUND if the functions are not built, and the system's error if the port is in use. */
  static async start(options: LaptopOptions): Promise<Laptop> {
    const build = await readBuild(options.functionsFolder);
    const built = functionsOf(build, options.engine);
    const ingests = options.folder !== undefined && built.some(({ name }) => name === 'ingest');
    await endOrphans();
    const folder = await privateFolder(FOLDER_PURPOSE);
    const later: LateParts = {};
    const services = await startServices(servicesOptionsOf(options, ingests, later));
    const functions = new LaptopFunctions(definitionsOf(built, options, services), {
      ...options,
      folder,
      freezes: options.freeze !== undefined,
      onThaw: (id, frozenMs) => services.thawed(id, frozenMs),
      // A real bucket or model needs the caller's credentials.
      variablesOf: (id) => (options.environment.AWS_ACCESS_KEY_ID === undefined ? credentialsOf(id) : {}),
    });
    later.functions = functions;
    try {
      later.pipeline = pipelineOf(build.stateMachine, STATE_MACHINE_ARN, functions);
      if (ingests) later.ingest = ingestMachineOf(build.ingestMachine, functions, services.listObjects);
      const gateway = new Gateway({
        ...options,
        routes: routesOf(built),
        answers: build.gatewayAnswers,
        functions,
      });
      const url = await listen(gateway, options);
      return new Laptop(gateway, url, { services, functions, folder, ingests });
    } catch (error) {
      await functions.close();
      await services.close();
      await removeFolder(folder);
      throw error;
    }
  }

  /**
   * Stops accepting requests. Waits at most `graceMs` for requests in flight and for invocations started by
   * the queue, then ends everything.
   */
  async close(graceMs = GRACE_MS): Promise<void> {
    await Promise.all([this.#gateway.close(graceMs), settled(this.services.settle(), graceMs)]);
    await this.functions.close();
    await this.services.close();
    await removeFolder(this.#folder);
    process.off('exit', this.#atExit);
  }
}

/** Waits at most `ms` for `work` to settle. */
async function settled(work: Promise<void>, ms: number): Promise<void> {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).catch(() => {});
  await Promise.race([work, late]);
  done.abort();
}

const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 3 });

/**
 * Parts that the services call and that themselves need the addresses of the services. They are set after the
 * services have started.
 */
interface LateParts {
  functions?: LaptopFunctions;
  pipeline?: StartSyncExecution;
  ingest?: RunExecution;
}

const servicesOptionsOf = (options: LaptopOptions, ingests: boolean, later: LateParts): ServicesOptions => ({
  buckets: options.folder === undefined ? {} : { [BUCKET]: options.folder },
  region: REGION,
  hosts: options.access?.hosts,
  tables: [{ name: CACHE_TABLE, partitionKey: 'key', ttlAttribute: 'expiresAt' }],
  model: options.storageModel,
  frozenConnections: typeof options.freeze === 'object' ? options.freeze : undefined,
  ingest: ingests ? laptopQueues(BUCKET, options.collection) : undefined,
  stateMachines: ingests ? { [INGEST_MACHINE_ARN]: (request) => later.ingest!(request) } : {},
  lambda: (...request) => lambdaInvoke(later.functions!)(...request),
  stepFunctions: (request) => later.pipeline!(request),
});

function definitionsOf(
  built: readonly BuiltFunction[],
  options: LaptopOptions,
  services: Services,
): FunctionDefinition[] {
  const { endpoint, s3Endpoint } = services;
  const environment = {
    ...(options.folder === undefined
      ? {}
      : { SRAG_LOCATION: `s3://${BUCKET}`, AWS_ENDPOINT_URL_S3: s3Endpoint }),
    // Set for each service, because a common endpoint would also receive the calls to Bedrock.
    AWS_ENDPOINT_URL_SSM: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SFN: endpoint,
    AWS_ENDPOINT_URL_LAMBDA: endpoint,
    ...(services.queue === undefined ? {} : queueVariables(endpoint)),
    AWS_REGION: REGION,
    SRAG_STATE_MACHINE: STATE_MACHINE_ARN,
    SRAG_SWITCHES: SWITCHES_PATH,
    SRAG_QUERY_CACHE: `dynamodb:${CACHE_TABLE}`,
    SRAG_FUNCTIONS: '',
    ...options.environment,
  };
  return built.map(({ name, asset, handler, memoryMb, timeoutSeconds }) => ({
    name,
    root: join(options.functionsFolder, asset),
    handler,
    memoryMb: options.memoryMb ?? memoryMb,
    timeoutMs: timeoutSeconds * 1_000,
    environment,
    concurrency: options.concurrency,
  }));
}

/** Every environment signs its requests with its own keys, which identify it. */
function credentialsOf(environmentId: string): Record<string, string> {
  const { accessKeyId, secretAccessKey } = laptopCredentials(environmentId);
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}

const routesOf = (functions: readonly BuiltFunction[]): FunctionRoute[] =>
  functions.flatMap(({ name, streaming, routes }) =>
    routes.map(({ method, path }) => ({ method, path, functionName: name, streaming })),
  );

async function listen({ server }: Gateway, { host, port }: LaptopOptions): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
}
