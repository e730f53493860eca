import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { adapterEnvironment, guardrailOf, modelOf } from './adapters.ts';
import type { BuiltFunction, BuiltFunctions } from './built-functions.ts';
import { checkNames, provisionedFor, reservedFor } from './concurrency.ts';
import type { Data } from './data.ts';
import { acknowledgeFunction } from './function-acknowledgements.ts';
import { FUNCTION_PLANS, type FunctionPlan, type Need } from './function-needs.ts';
import type { IndexServer } from './index-servers/index.ts';
import { InfraError } from './infra-error.ts';
import {
  allowGuardrail,
  allowIngesting,
  allowInvoking,
  allowModel,
  allowReadingIndexes,
  allowReadingPointers,
  allowReranking,
  allowSigning,
} from './permissions.ts';
import type { QueryCache } from './query-cache.ts';
import type { ResolvedProps } from './resolve-props.ts';
import type { Switches } from './switches.ts';
import { sharedEnvironments } from './throttling.ts';

/** Alias of the live version. */
const LIVE = 'live';

/** A function with its plan. */
export interface DeployedFunction {
  readonly built: BuiltFunction;
  readonly plan: FunctionPlan;
  /** Typical duration of a warm response in seconds, including the generator's model. */
  readonly usualSeconds: number;
  readonly lambda: LambdaFunction;
  /** Alias of the live version. All invokers use the alias, so that a deployment can be rolled back. */
  readonly live: Alias;
  /**
   * Maximum concurrent environments: the function's reservation, or else its share of the account's limit.
   */
  readonly environments: number;
}

/** Resources that functions may access. */
export interface FunctionParts {
  readonly data: Data;
  readonly cache: QueryCache;
  readonly switches: Switches;
  readonly indexServers: readonly IndexServer[];
}

/** Whether a function opens indexes, which may be on a server. */
const opensIndexes = (need: Need): boolean => need === 'read-indexes' || need === 'ingest';

/** Every function of the build, each with its own role, logs and environment. */
export class PipelineFunctions extends Construct {
  readonly all: readonly DeployedFunction[];
  readonly #props: ResolvedProps;
  readonly #parts: FunctionParts;

  constructor(
    scope: Construct,
    id: string,
    props: ResolvedProps,
    built: BuiltFunctions,
    parts: FunctionParts,
  ) {
    super(scope, id);
    this.#props = props;
    this.#parts = parts;
    checkNames(props.provisionedConcurrency, built);
    this.all = built.functions.map((one) => this.#deploy(one));
    this.#allowWarmup();
  }

  /** A function by its name in the manifest. @throws InfraError if the build has no such function. */
  get(name: string): DeployedFunction {
    const found = this.find(name);
    if (found === undefined)
      throw new InfraError(
        `The build has no function '${name}', only ${this.all.map(({ built }) => built.name).join(', ')}.`,
      );
    return found;
  }

  find(name: string): DeployedFunction | undefined {
    return this.all.find(({ built }) => built.name === name);
  }

  #deploy(built: BuiltFunction): DeployedFunction {
    const plan = FUNCTION_PLANS[built.name];
    if (plan === undefined) {
      throw new InfraError(
        `The build has a function '${built.name}' without a plan for its access. Known: ${Object.keys(FUNCTION_PLANS).join(', ')}.`,
      );
    }
    const { data } = this.#parts;
    const scope = new Construct(this, built.name);
    const functionName = `${this.#props.name}-${built.name}`;
    const logGroup = new LogGroup(scope, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: this.#props.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(data.key === undefined ? {} : { encryptionKey: data.key }),
    });
    const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const reserved = reservedFor(built.name, plan, this.#props.reservedConcurrency);
    const provisioned = provisionedFor(built.name, reserved, this.#props.provisionedConcurrency);
    const lambda = new LambdaFunction(scope, 'Function', {
      functionName,
      code: Code.fromAsset(built.folder),
      handler: built.handler,
      runtime: Runtime.NODEJS_24_X,
      architecture: built.processor === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      memorySize: built.memoryMb,
      timeout: Duration.seconds(built.timeoutSeconds),
      tracing: Tracing.ACTIVE,
      role,
      logGroup,
      environment: this.#environment(plan),
      ...(data.key === undefined ? {} : { environmentEncryption: data.key }),
      ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
      // Versions of earlier deployments are needed for a rollback.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(plan.needs.includes('ingest')
        ? { ephemeralStorageSize: Size.mebibytes(this.#props.ingestStorageMb) }
        : {}),
    });
    const live = new Alias(scope, 'Live', {
      aliasName: LIVE,
      version: lambda.currentVersion,
      ...(provisioned === undefined ? {} : { provisionedConcurrentExecutions: provisioned }),
    });
    for (const need of plan.needs) this.#grant(need, lambda);
    acknowledgeFunction(lambda, plan.invoker, live);
    const { generator } = this.#props;
    const asksModel = generator !== undefined && generator.name !== 'extractive';
    const usualSeconds = plan.usualSeconds + (asksModel ? (plan.modelSeconds ?? 0) : 0);
    const environments = reserved ?? sharedEnvironments(this.#props.accountConcurrency);
    return { built, plan, usualSeconds, lambda, live, environments };
  }

  #environment({ needs }: FunctionPlan): Record<string, string> {
    const { name, collection, collections, index, mode, answer, logText, metrics, corsOrigins, signing } =
      this.#props;
    const { data, cache, switches, indexServers } = this.#parts;
    const servers = needs.some(opensIndexes) ? indexServers : [];
    return {
      SRAG_SERVICE: name,
      SRAG_LOCATION: data.location,
      SRAG_COLLECTION: collection,
      ...(collections.length === 0 ? {} : { SRAG_COLLECTIONS: collections.join(' ') }),
      ...(index === undefined ? {} : { SRAG_INDEX: index }),
      ...(mode === undefined ? {} : { SRAG_MODE: mode }),
      ...(answer === undefined ? {} : { SRAG_ANSWER: JSON.stringify(answer) }),
      ...adapterEnvironment(this.#props),
      ...(signing === undefined ? {} : { SRAG_SIGNING_KMS_KEY: signing.kmsKey }),
      SRAG_SWITCHES: switches.path,
      SRAG_QUERY_CACHE: cache.setting,
      SRAG_FUNCTIONS: `${name}-`,
      SRAG_ALIAS: LIVE,
      ...(corsOrigins.length === 0 ? {} : { SRAG_CORS_ORIGINS: corsOrigins.join(' ') }),
      ...(logText ? { SRAG_LOG_TEXT: '1' } : {}),
      ...(metrics === 'all' ? {} : { SRAG_METRICS: metrics }),
      ...Object.assign({}, ...servers.map(({ environment }) => environment)),
    };
  }

  #grant(need: Need, lambda: LambdaFunction): void {
    const { data, cache, switches, indexServers } = this.#parts;
    const models = {
      embedder: modelOf('embedder', this.#props.embedder),
      generator: modelOf('generator', this.#props.generator),
      reranker: modelOf('reranker', this.#props.reranker),
    };
    const { signing } = this.#props;
    if (signing !== undefined && opensIndexes(need)) allowSigning(lambda, signing.kmsKey);
    for (const server of indexServers) {
      if (need === 'read-indexes') server.allowSearching(lambda);
      if (need === 'ingest') server.allowBuilding(lambda);
    }
    if (need === 'switches') switches.allowReading(lambda);
    else if (need === 'read-pointers') allowReadingPointers(data, lambda);
    else if (need === 'read-indexes') allowReadingIndexes(data, lambda);
    else if (need === 'ingest') allowIngesting(data, lambda);
    else if (need === 'cache') cache.allow(lambda);
    else if (need === 'embedder' && models.embedder)
      allowModel(this, lambda, 'EmbeddingModel', models.embedder);
    else if (asksGenerator(need, this.#props) && models.generator) {
      allowModel(this, lambda, 'AnswerModel', models.generator);
      const guardrail = guardrailOf(this.#props.generator);
      if (guardrail !== undefined) allowGuardrail(this, lambda, guardrail, models.generator);
    } else if (need === 'reranker' && models.reranker) allowReranking(this, lambda, models.reranker);
  }

  #allowWarmup(): void {
    const warmed = this.all.filter(({ plan }) => plan.isWarmed).map(({ live }) => live);
    for (const { lambda } of this.all.filter(({ plan }) => plan.needs.includes('siblings')))
      allowInvoking(lambda, ...warmed);
  }
}

/** Whether a need includes calls of the generator's model. */
const asksGenerator = (need: Need, { answer }: Pick<ResolvedProps, 'answer'>): boolean =>
  need === 'generator' || (need === 'rewriter' && answer?.rewrite === 'model');
