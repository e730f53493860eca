import type { TokenUsage } from '../../models/generators/index.ts';
import type { Answer } from '../../query/answering/index.ts';
import type { ResolvedQuestion } from '../../query/conversation/index.ts';
import type { RetrievalResult, RetrievalTrace } from '../../query/retrieval/index.ts';
import type { Cost, RequestUse } from '../cost/index.ts';
import type { CacheUse } from '../query-cache/index.ts';
import { joinedGeneration, joinedStorage, joinedUse } from './joined-use.ts';
import type { RagServiceParts } from './parts.ts';
import type { Served, ServedTrace } from './port.ts';

type Stages = RetrievalTrace['stages'];
type CacheKind = NonNullable<RequestUse['cache']>['kind'];

/** Combines the traces and usage of a request's parts, so that the whole is reported and billed once. */
export class RequestMeter {
  readonly #host: RagServiceParts['host'];
  readonly #costOf: RagServiceParts['costOf'];
  readonly #startedMs = performance.now();
  readonly #coldStart: { readonly initMs: number } | undefined;
  #stages: Stages = {};
  #storage: RetrievalTrace['storage'];
  #index: RetrievalTrace['index'] | undefined;
  #embedding: RequestUse['embedding'];
  #generation: RequestUse['generation'];
  #searchedQuestion: string | undefined;
  #bytesOut = 0;
  #streamedBytes: number | undefined;
  #rerank: RequestUse['rerank'];
  #endedMs: number | undefined;
  #memoryBytes: number | undefined;
  #stateMachine: RequestUse['stateMachine'];
  #cache: RequestUse['cache'];
  #cached = false;
  readonly #isStep: boolean;
  #steps: readonly ServedStep[] = [];
  #stepsEndedMs = 0;

  constructor({ host, costOf }: Pick<RagServiceParts, 'host' | 'costOf'>, isStep = false) {
    this.#host = host;
    this.#isStep = isStep;
    this.#costOf = costOf;
    this.#coldStart = host.takeColdStart?.();
  }

  /** Records the question to search for, and the model's call that rewrote it. */
  resolved({ asked, searched, call }: ResolvedQuestion): void {
    if (searched !== asked) this.#searchedQuestion = searched;
    if (call === undefined) return;
    this.#stages = { ...this.#stages, rewriteMs: call.elapsedMs };
    if (call.usage !== undefined) this.#generated(call.model, call.usage);
  }

  #generated(model: string, usage: TokenUsage): void {
    this.#generation = joinedGeneration(this.#generation, { model, ...tokensOf(usage) });
  }

  retrieved({ trace, embeddedTokens, reranked }: RetrievalResult, embedder: string): void {
    this.#stages = { ...this.#stages, ...trace.stages };
    this.#storage = joinedStorage(this.#storage, trace.storage);
    this.#index = trace.index;
    if (embeddedTokens !== undefined) this.#embedding = { model: embedder, tokens: embeddedTokens };
    if (reranked !== undefined) this.#rerank = reranked;
  }

  answered({ generateMs, firstTokenMs, usage }: Answer, generator: string): void {
    const beforeMs = this.#elapsedMs - generateMs;
    this.#stages = {
      ...this.#stages,
      generateMs,
      // Measured from the start of the request, as the caller experiences it.
      ...(firstTokenMs === undefined ? {} : { firstTokenMs: beforeMs + firstTokenMs }),
    };
    this.#generated(generator, usage);
  }

  /** Adds storage use outside a search. */
  read(use: RetrievalTrace['storage']): void {
    this.#storage = joinedStorage(this.#storage, use);
  }

  /** Records that texts were read by their ids. */
  fetched(fetchMs: number, index: RetrievalTrace['index']): void {
    this.#stages = { ...this.#stages, fetchMs };
    this.#index = index;
  }

  /** Adds the work of other functions for this request. Call it when the last of them ends. */
  joined(steps: readonly ServedStep[]): void {
    this.#steps = steps;
    this.#stepsEndedMs = this.#elapsedMs;
    for (const { trace } of steps) this.#index = trace.index ?? this.#index;
  }

  ranStateMachine(billed: { readonly durationMs: number; readonly memoryMb: number }): void {
    this.#stateMachine = { kind: 'express', ...billed };
  }

  /** Adds use of the query cache. */
  usedCache(kind: CacheKind, { reads, writes }: CacheUse): void {
    const { reads: earlierReads = 0, writes: earlierWrites = 0 } = this.#cache ?? {};
    this.#cache = { kind, reads: earlierReads + reads, writes: earlierWrites + writes };
  }

  /** Adds bytes that were sent before the reply, such as a stream's events. */
  sent(bytes: number): void {
    this.#streamedBytes = (this.#streamedBytes ?? 0) + bytes;
  }

  /**
   * Returns the reply with trace and cost. The clock stops here, so that reply, log and metrics agree.
   * The price of transfer covers all JSON bytes of this reply except the digits of that price.
   */
  reply<Content extends object>(content: Content, requestId: string): Content & Served {
    this.#endedMs ??= performance.now();
    this.#memoryBytes ??= process.memoryUsage.rss();
    const ahead = this.#streamedBytes ?? 0;
    this.#bytesOut = ahead + jsonBytes(content);
    const served = (): Served => ({ trace: this.trace, cost: this.cost(), requestId });
    this.#bytesOut += jsonBytes(served());
    if (this.#streamedBytes !== undefined) this.#streamedBytes = this.#bytesOut;
    return { ...content, ...served() };
  }

  /** Records that the answer came from the cache, without search or generation. */
  servedFromCache(index: RetrievalTrace['index']): void {
    this.#cached = true;
    this.#index = index;
  }

  /** Trace of the whole request, including its steps and their cold starts. */
  get trace(): ServedTrace {
    const traces = this.#steps.map(({ trace }) => trace);
    const colds = [this.#coldStart?.initMs, ...traces.map(({ initMs }) => initMs)].filter(
      (initMs) => initMs !== undefined,
    );
    return {
      ...this.#traceWith(traces.reduce((sum, { storage }) => joinedStorage(sum, storage), this.#storage)),
      searchedQuestion: [...traces, { searchedQuestion: this.#searchedQuestion }].find(
        ({ searchedQuestion }) => searchedQuestion !== undefined,
      )?.searchedQuestion,
      coldStart: this.#coldStart !== undefined || traces.some(({ coldStart }) => coldStart),
      ...(colds.length === 0 ? {} : { initMs: colds.reduce((sum, initMs) => sum + initMs, 0) }),
      memoryBytes: Math.max(this.#residentBytes, ...traces.map(({ memoryBytes }) => memoryBytes)),
      stages: Object.assign({}, this.#stages, ...traces.map((trace) => this.#stagesOf(trace))),
    };
  }

  /** Usage of the whole request. */
  get use(): RequestUse {
    return this.#steps.reduce((sum, { use }) => joinedUse(sum, use), this.own.use);
  }

  /** Usage recorded for this function. Steps record their own usage, so sums over functions are correct. */
  get own(): ServedStep {
    const { functionName, memoryMb, architecture, gateway, logBytes } = this.#host;
    const initMs = this.#coldStart?.initMs;
    const storage = this.#storage;
    return {
      trace: this.#traceWith(storage),
      use: {
        functions: [
          {
            name: functionName,
            memoryMb,
            architecture,
            durationMs: this.#elapsedMs,
            initMs,
            streamedBytes: this.#streamedBytes,
          },
        ],
        gateway: this.#isStep ? undefined : { kind: gateway, requests: 1, bytesOut: this.#bytesOut },
        stateMachine: this.#stateMachine,
        storage:
          storage === undefined ? undefined : { reads: storage.reads, writes: 0, bytes: storage.bytes },
        embedding: this.#embedding,
        generation: this.#generation,
        rerank: this.#rerank,
        logs: logBytes === undefined ? undefined : { bytes: logBytes },
        cache: this.#cache,
      },
    };
  }

  #traceWith(storage: RetrievalTrace['storage']): ServedTrace {
    return {
      coldStart: this.#coldStart !== undefined,
      initMs: this.#coldStart?.initMs,
      stages: this.#stages,
      totalMs: this.#elapsedMs,
      storage,
      index: this.#index,
      searchedQuestion: this.#searchedQuestion,
      cached: this.#cached,
      memoryBytes: this.#residentBytes,
    };
  }

  /** A step's stages, relative to the start of this request. */
  #stagesOf({ stages, totalMs }: ServedTrace): Stages {
    const { firstTokenMs } = stages;
    if (firstTokenMs === undefined) return stages;
    return { ...stages, firstTokenMs: this.#stepsEndedMs - totalMs + firstTokenMs };
  }

  cost(use: RequestUse = this.use): Cost {
    return this.#costOf(use);
  }

  get #residentBytes(): number {
    return this.#memoryBytes ?? process.memoryUsage.rss();
  }

  get #elapsedMs(): number {
    return (this.#endedMs ?? performance.now()) - this.#startedMs;
  }
}

/** One function's part of a request that another function answers. */
export interface ServedStep {
  readonly trace: ServedTrace;
  readonly use: RequestUse;
}

const tokensOf = ({ inputTokens, outputTokens }: TokenUsage) => ({ inputTokens, outputTokens });

const jsonBytes = (value: object): number => Buffer.byteLength(JSON.stringify(value));
