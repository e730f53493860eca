import type { Answer } from '../answering/index.ts';
import type { Cost, FunctionUse, RequestUse } from '../cost/index.ts';
import type { CacheUse } from '../query-cache/index.ts';
import type { RetrievalResult, RetrievalTrace } from '../retrieval/index.ts';
import type { RagServiceParts } from './parts.ts';
import type { Served, ServedTrace } from './port.ts';

type Stages = RetrievalTrace['stages'];
type CacheKind = NonNullable<RequestUse['cache']>['kind'];

/** Joins traces and uses of a request's parts, so that the whole is told, and billed, once. */
export class RequestMeter {
  readonly #host: RagServiceParts['host'];
  readonly #costOf: RagServiceParts['costOf'];
  readonly #startedMs = performance.now();
  readonly #initMs: number | undefined;
  readonly #isCold: boolean;
  #stages: Stages = {};
  #storage: RetrievalTrace['storage'];
  #index: RetrievalTrace['index'] | undefined;
  #embedding: RequestUse['embedding'];
  #generation: RequestUse['generation'];
  readonly #functions: FunctionUse[] = [];
  #bytesOut = 0;
  #streamedBytes: number | undefined;
  #rerank: RequestUse['rerank'];
  #endedMs: number | undefined;
  #stateMachine: RequestUse['stateMachine'];
  #cache: RequestUse['cache'];
  #cached = false;

  constructor({ host, costOf }: Pick<RagServiceParts, 'host' | 'costOf'>, isCold: boolean) {
    this.#host = host;
    this.#costOf = costOf;
    this.#isCold = isCold;
    this.#initMs = isCold ? host.initMs?.() : undefined;
  }

  retrieved({ trace, embeddedTokens, reranked }: RetrievalResult, embedder: string): void {
    this.#stages = { ...this.#stages, ...trace.stages };
    this.#storage = trace.storage;
    this.#index = trace.index;
    if (embeddedTokens !== undefined) this.#embedding = { model: embedder, tokens: embeddedTokens };
    if (reranked !== undefined) this.#rerank = reranked;
  }

  answered({ generateMs, firstTokenMs, usage }: Answer, generator: string): void {
    const beforeMs = this.#elapsedMs - generateMs;
    this.#stages = {
      ...this.#stages,
      generateMs,
      // From the start of the request: what the reader waits.
      ...(firstTokenMs === undefined ? {} : { firstTokenMs: beforeMs + firstTokenMs }),
    };
    this.#generation = {
      model: generator,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
    };
  }

  /** What was read beside a search. */
  read(use: RetrievalTrace['storage']): void {
    this.#storage = sumOf(this.#storage, use);
  }

  /** Texts were read by their ids. */
  fetched(fetchMs: number, index: RetrievalTrace['index']): void {
    this.#stages = { ...this.#stages, fetchMs };
    this.#index = index;
  }

  /** What another function did for this request: its stages are this request's, its use is added. */
  joined(trace: ServedTrace, use: RequestUse): void {
    this.#stages = { ...this.#stages, ...trace.stages };
    this.#index = trace.index ?? this.#index;
    this.#storage = sumOf(this.#storage, trace.storage);
    this.#embedding = use.embedding ?? this.#embedding;
    this.#generation = use.generation ?? this.#generation;
    this.#rerank = use.rerank ?? this.#rerank;
    this.#functions.push(...(use.functions ?? []));
  }

  ranStateMachine(billed: { readonly durationMs: number; readonly memoryMb: number }): void {
    this.#stateMachine = { kind: 'express', ...billed };
  }

  usedCache(kind: CacheKind, before: CacheUse, after: CacheUse): void {
    this.#cache = { kind, reads: after.reads - before.reads, writes: after.writes - before.writes };
  }

  /** What was sent ahead of the reply, as a stream's events. */
  sent(bytes: number): void {
    this.#streamedBytes = (this.#streamedBytes ?? 0) + bytes;
  }

  /**
   * The reply with what its making took and cost. Here the clock stops, so that the reply, the log and the metrics tell
   * the same; the gateway's transfer is billed by the bytes of this very reply, as JSON, up to the digits of its price.
   */
  reply<Content extends object>(content: Content, requestId: string): Content & Served {
    this.#endedMs ??= performance.now();
    const ahead = this.#streamedBytes ?? 0;
    this.#bytesOut = ahead + jsonBytes(content);
    const served = (): Served => ({ trace: this.trace, cost: this.cost(), requestId });
    this.#bytesOut += jsonBytes(served());
    if (this.#streamedBytes !== undefined) this.#streamedBytes = this.#bytesOut;
    return { ...content, ...served() };
  }

  /** The answer came from the cache: nothing was searched or generated. */
  servedFromCache(index: RetrievalTrace['index']): void {
    this.#cached = true;
    this.#index = index;
  }

  get trace(): ServedTrace {
    return {
      coldStart: this.#isCold,
      ...(this.#initMs === undefined ? {} : { initMs: this.#initMs }),
      stages: this.#stages,
      totalMs: this.#elapsedMs,
      ...(this.#storage === undefined ? {} : { storage: this.#storage }),
      ...(this.#index === undefined ? {} : { index: this.#index }),
      cached: this.#cached,
    };
  }

  get use(): RequestUse {
    const { functionName, memoryMb, architecture, gateway } = this.#host;
    const durationMs = this.#elapsedMs;
    const initMs = this.#initMs;
    return {
      functions: [
        {
          name: functionName,
          memoryMb,
          architecture,
          durationMs,
          ...(initMs === undefined ? {} : { initMs }),
          ...(this.#streamedBytes === undefined ? {} : { streamedBytes: this.#streamedBytes }),
        },
        ...this.#functions,
      ],
      gateway: { kind: gateway, requests: 1, bytesOut: this.#bytesOut },
      ...(this.#stateMachine && { stateMachine: this.#stateMachine }),
      ...(this.#storage === undefined
        ? {}
        : { storage: { reads: this.#storage.reads, writes: 0, bytes: this.#storage.bytes } }),
      ...(this.#embedding && { embedding: this.#embedding }),
      ...(this.#generation && { generation: this.#generation }),
      ...(this.#rerank && { rerank: this.#rerank }),
      ...(this.#cache && { cache: this.#cache }),
    };
  }

  cost(use: RequestUse = this.use): Cost {
    return this.#costOf(use);
  }

  get #elapsedMs(): number {
    return (this.#endedMs ?? performance.now()) - this.#startedMs;
  }
}

const jsonBytes = (value: object): number => Buffer.byteLength(JSON.stringify(value));

/** Storage of steps one after the other: their waves add up. */
function sumOf(one: RetrievalTrace['storage'], other: RetrievalTrace['storage']): RetrievalTrace['storage'] {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    reads: one.reads + other.reads,
    bytes: one.bytes + other.bytes,
    waves: one.waves + other.waves,
    cacheHits: one.cacheHits + other.cacheHits,
  };
}
