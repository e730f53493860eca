import type { CollectionSettings, SearchMode } from '../../core/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';
import type { Generator } from '../../models/generators/index.ts';
import type { Reranker } from '../../models/rerankers/index.ts';
import type { AnswerOptions } from '../../query/answering/index.ts';
import type { Cost, RequestUse } from '../cost/index.ts';
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
  /** The error that ended the request. */
  readonly error?: unknown;
  /** Question and answer: logged only if text logging is enabled. */
  readonly text: { readonly question?: string | undefined; readonly answer?: string | undefined };
}

/** The dependencies of a {@link RagService}. */
export interface RagServiceParts {
  readonly engine: Engine;
  readonly embedderOf: (collection: CollectionSettings) => Promise<Embedder | undefined>;
  readonly reranker: () => Promise<Reranker>;
  readonly generator: () => Promise<Generator>;
  /** Defaults of requests. */
  readonly defaults: ServedCollections & {
    readonly index?: string | undefined;
    readonly mode: SearchMode | 'auto';
    /** Number of passages from which an answer is generated, 1 to 50. */
    readonly answerTopK: number;
    /** How follow-up questions are made self-contained; default by rules. */
    readonly rewrite?: 'rules' | 'model' | undefined;
    readonly answer: Partial<Omit<AnswerOptions, 'signal' | 'onToken'>>;
  };
  /** The process that answers requests, with the properties that determine its price. */
  readonly host: {
    readonly functionName: string;
    readonly memoryMb: number;
    readonly architecture: 'x86_64' | 'arm64';
    /** How requests arrive, which determines the gateway's price. */
    readonly gateway: 'rest' | 'none';
    /** Returns the cold start of this environment, once: the first invocation is billed for it. */
    readonly takeColdStart?: () => { readonly initMs: number } | undefined;
    /** Approximate log bytes of one invocation; undefined if logs are not billed. */
    readonly logBytes?: number;
  };
  readonly switches: () => Promise<SwitchValues>;
  readonly costOf: (use: RequestUse) => Cost;
  /** Awaited before the reply, because a function may be frozen once it has answered. */
  readonly record: (record: ServedRecord) => void | Promise<void>;
  /** Warns the operator of problems that belong to no request. */
  readonly warn?: Warn;
}
