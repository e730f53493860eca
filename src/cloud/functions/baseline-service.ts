import { guardCache, openQueryCache, type QueryCache } from '../../api/query-cache/index.ts';
import {
  type RequestContext,
  RequestMeter,
  recordRefusal,
  type Services,
  servedCollection,
} from '../../api/service/index.ts';
import { parseIndexSelector, SragError, withoutUndefined } from '../../core/index.ts';
import { AwsJsonRpc, awsRpcSettings } from '../../io/remote/index.ts';
import { usedHistory } from '../../query/conversation/index.ts';
import { throughCache } from './cached-answer.ts';
import { bucketObjects } from './engines.ts';
import { type FunctionSettings, functionEnvironment, servedBy } from './environment.ts';
import type { PlatformParts } from './platform.ts';
import { PublishedVersions } from './published-versions.ts';
import { execute } from './state-machine-query.ts';

type Parts = Omit<PlatformParts, 'warn'>;
type BaselineRequest = Parameters<NonNullable<Services['query']>>[0];

/** Where a {@link BaselineService} gets its answers. */
export interface BaselineSources {
  readonly states: Pick<AwsJsonRpc, 'call'>;
  /** ARN of the Express state machine. */
  readonly arn: string;
  readonly cache: QueryCache;
  readonly versions: Pick<PublishedVersions, 'of'>;
}

/** The service of a deployment. @throws INVALID_CONFIG without a state machine, and the errors of opening the cache */
export async function baselineService(
  settings: FunctionSettings,
  { warn, ...parts }: PlatformParts,
): Promise<BaselineService> {
  const environment = functionEnvironment();
  const arn = settings.SRAG_STATE_MACHINE;
  const rpc = awsRpcSettings('states', environment);
  if (arn === undefined || rpc === undefined) {
    throw new SragError('INVALID_CONFIG', 'SRAG_STATE_MACHINE is not set.', {
      remedy: 'The deployment sets it to the ARN of the Express state machine.',
    });
  }
  const storage = bucketObjects(settings);
  const cache = await openQueryCache(settings.SRAG_QUERY_CACHE, {
    aws: awsRpcSettings('dynamodb', environment),
    storage,
  });
  return new BaselineService(settings, parts, {
    // The same timeout as the state machine's. No retries here: the state machine retries its steps.
    states: new AwsJsonRpc('states', {
      ...rpc,
      timeoutMs: 29_000,
      retry: { attempts: 1, baseMs: 0, capMs: 0 },
    }),
    arn,
    cache: guardCache(cache, { warn }),
    versions: new PublishedVersions(storage),
  });
}

/** `POST /query` as a deployment answers it: through the state machine, unless the answer is cached. */
export class BaselineService implements Pick<Services, 'query' | 'refused'> {
  readonly #settings: FunctionSettings;
  readonly #parts: Parts;
  readonly #sources: BaselineSources;

  constructor(settings: FunctionSettings, parts: Parts, sources: BaselineSources) {
    this.#settings = settings;
    this.#parts = parts;
    this.#sources = sources;
  }

  refused(error: unknown, context: RequestContext): void | Promise<void> {
    return recordRefusal(this.#parts, error, context);
  }

  async query(request: BaselineRequest, context: RequestContext) {
    const meter = new RequestMeter(this.#parts);
    const switches = await this.#parts.switches();
    const index = request.index ?? switches.index ?? this.#settings.SRAG_INDEX;
    const { topK = this.#settings.SRAG_ANSWER.topK } = request;
    const recordRequest = (answer?: string, error?: unknown): void | Promise<void> => {
      const { trace, use } = meter.own;
      const text = { question: request.question, answer };
      return this.#parts.record({ context, trace, use, cost: meter.cost(use), error, text });
    };
    try {
      const history = request.history === undefined ? undefined : usedHistory(request.history);
      const effective = withoutUndefined({ ...request, topK, index, history });
      const collection = servedCollection(request.collection, servedBy(this.#settings));
      const content = await throughCache(
        { cache: this.#sources.cache, switches, meter },
        () => this.#keyParts(effective, collection, switches, meter),
        () => this.#execute(effective, context, meter),
      );
      const reply = meter.reply(content, context.requestId);
      await recordRequest(content.answer);
      return reply;
    } catch (error) {
      await recordRequest(undefined, error);
      throw error;
    }
  }

  async #execute(request: BaselineRequest, context: RequestContext, meter: RequestMeter) {
    const { states, arn } = this.#sources;
    const onBilled = meter.ranStateMachine.bind(meter);
    const { content, steps } = await execute(states, arn, request, { ...context, onBilled });
    meter.joined(steps);
    return content;
  }

  /**
   * The parts of the answer's cache key; undefined if it is unknown here which index version will be
   * searched.
   */
  async #keyParts(
    { question, ...options }: BaselineRequest,
    collection: string,
    { compression }: Awaited<ReturnType<Parts['switches']>>,
    meter: RequestMeter,
  ) {
    const settings = this.#settings;
    // The version in the request, or else the published one. If its pointer cannot be read, retrieval will
    // report it.
    const { kind, version: named } = parseIndexSelector(options.index ?? '');
    const version =
      named === undefined
        ? await this.#sources.versions.of(collection, (use) => meter.read(use)).catch(() => undefined)
        : { kind, version: named };
    // If the request names another kind than the published one, its version is unknown here.
    if (version === undefined || (kind !== '' && version.kind !== kind)) return undefined;
    return {
      collection,
      index: version,
      question,
      options: { mode: settings.SRAG_MODE, answer: settings.SRAG_ANSWER, ...options, compression },
      embedder: (settings.SRAG_EMBEDDER ?? '') + JSON.stringify(settings.SRAG_EMBEDDER_SETTINGS),
      reranker: settings.SRAG_RERANKER + JSON.stringify(settings.SRAG_RERANKER_SETTINGS),
      generator: settings.SRAG_GENERATOR + JSON.stringify(settings.SRAG_GENERATOR_SETTINGS),
    };
  }
}
