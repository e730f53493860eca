import type { CollectionSettings, SearchMode } from '../../core/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';
import type { Generator } from '../../models/generators/index.ts';
import type { Reranker } from '../../models/rerankers/index.ts';
import type { AnswerOptions } from '../../query/answering/index.ts';
import type { Cost, RequestUse } from '../cost/index.ts';
import type { QueryCache } from '../query-cache/index.ts';
import type { SwitchValues } from '../switches/index.ts';
import type { Engine, Warn } from './engine.ts';
import type { RequestContext, ServedTrace } from './port.ts';
import type { ServedCollections } from './served-collection.ts';

/** One request, for logs and metrics. */
export interface ServedRecord {
  readonly context: RequestContext;
  readonly mode?: SearchMode | undefined;
  readonly trace: ServedTrace;
  readonly use: RequestUse;
  readonly cost: Cost;
  readonly hits?: number | undefined;
  /** What it ended with. */
  readonly error?: unknown;
  /** What people wrote and read: for logs only where that is switched on. */
  readonly text: { readonly question?: string | undefined; readonly answer?: string | undefined };
}

/** Parts that a service answers with. */
export interface RagServiceParts {
  readonly engine: Engine;
  readonly embedderOf: (collection: CollectionSettings) => Promise<Embedder | undefined>;
  readonly reranker: () => Promise<Reranker>;
  readonly generator: () => Promise<Generator>;
  /** What a request that does not say is answered from, and how. */
  readonly defaults: ServedCollections & {
    readonly index?: string | undefined;
    readonly mode: SearchMode | 'auto';
    /** Passages of an answer, 1 to 50. */
    readonly answerTopK: number;
    readonly answer: Partial<Omit<AnswerOptions, 'signal' | 'onToken'>>;
  };
  /** The process that answers, as it is billed. */
  readonly host: {
    readonly functionName: string;
    readonly memoryMb: number;
    readonly architecture: 'x86_64' | 'arm64';
    /** How requests reach it: what the gateway takes for them. */
    readonly gateway: 'rest' | 'none';
    /** The cold start of this environment, told to whoever asks first: the invocation that it is billed with. */
    readonly takeColdStart?: () => { readonly initMs: number } | undefined;
    /** Bytes of log that one run writes, about; none where logs are not billed. */
    readonly logBytes?: number;
  };
  readonly switches: () => Promise<SwitchValues>;
  /** One that never fails a request. */
  readonly cache: QueryCache;
  readonly costOf: (use: RequestUse) => Cost;
  /** Kept when the record is written: a function may be frozen once it has answered. */
  readonly record: (record: ServedRecord) => void | Promise<void>;
  /** Tells the operator what goes wrong beside requests. */
  readonly warn?: Warn;
}
