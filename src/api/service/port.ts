import type { Hit, Metadata, SearchMode } from '../../core/index.ts';
import type { Turn } from '../../models/generators/index.ts';
import type { Answer, Citation } from '../../query/answering/index.ts';
import type { RetrievalTrace } from '../../query/retrieval/index.ts';
import type { Cost, RequestUse } from '../cost/index.ts';

/** The body of `POST /query` and `POST /query/stream`. */
export interface QueryRequest {
  readonly question: string;
  /** Earlier turns of the conversation, oldest first. */
  readonly history?: readonly Turn[] | undefined;
  /** 1 to 50 passages. */
  readonly topK?: number | undefined;
  readonly mode?: SearchMode | 'auto' | undefined;
  /** KIND or KIND@VERSION; default: the value of the switch `index`, otherwise the published version. */
  readonly index?: string | undefined;
  readonly filter?: unknown;
  readonly collection?: string | undefined;
}

/** The body of `/retrieve`: a question, its precomputed vector, or both. */
export interface RetrieveRequest extends Omit<QueryRequest, 'question'> {
  readonly question?: string | undefined;
  readonly vector?: readonly number[] | undefined;
}

/** A passage supplied by the caller of `POST /generate`. */
export interface GivenChunk {
  readonly id: string;
  readonly documentId: string;
  readonly text: string;
  readonly title?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface GenerateRequest {
  readonly question: string;
  readonly history?: readonly Turn[] | undefined;
  /** Best first. */
  readonly chunks: readonly GivenChunk[];
}

/** Result of the state machine's first step. The second step reads the texts from the same index version. */
export interface FoundHits {
  readonly question: string;
  readonly history?: readonly Turn[] | undefined;
  /** The question that the first step searched for, if it differs from `question`. */
  readonly searchedQuestion?: string | undefined;
  readonly collection?: string | undefined;
  readonly index: { readonly kind: string; readonly version: string };
  readonly hits: readonly Pick<Hit, 'id' | 'score' | 'scores'>[];
}

/** Where a request's time went. `index` is absent if none was used. */
export type ServedTrace = Omit<RetrievalTrace, 'index'> & {
  readonly index?: RetrievalTrace['index'];
  /** Resident memory of the function's process when it replied; of several functions, the largest value. */
  readonly memoryBytes: number;
};

/** Fields of every reply in addition to its content. */
export interface Served {
  readonly trace: ServedTrace;
  readonly cost: Cost;
  readonly requestId: string;
}

/** A hit without fields that only the searcher needs. With an answer, its text may be truncated. */
export type ShownChunk = Pick<
  Hit,
  'id' | 'documentId' | 'title' | 'text' | 'start' | 'end' | 'metadata' | 'score' | 'scores'
>;

export interface RetrieveReply extends Served {
  readonly hits: readonly ShownChunk[];
}

export interface QueryReply extends Served {
  readonly answer: string;
  readonly citations: readonly Citation[];
  /** True if the documents do not contain an answer. */
  readonly notFound: boolean;
  /** Estimated probability, 0 to 1, that the answer is right. */
  readonly confidence: number;
  readonly chunks: readonly ShownChunk[];
  readonly usage: Answer['usage'];
}

/** The content of an answer, without trace and cost. */
export type AnswerContent = Omit<QueryReply, keyof Served>;

/** Events of a stream, in order: hits, tokens, `done`. */
export type StreamEvent =
  | { readonly event: 'hits'; readonly data: { readonly hits: readonly ShownChunk[] } }
  | { readonly event: 'token'; readonly data: { readonly text: string } }
  | { readonly event: 'done'; readonly data: Omit<QueryReply, 'chunks'> };

/** The caller and the limits of a request. */
export interface RequestContext {
  readonly requestId: string;
  /** For example `POST /query`; absent if the request did not pass through a gateway. */
  readonly route?: string | undefined;
  /** X-Ray's header, if the platform sent one. */
  readonly traceId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the platform ends this request. */
  readonly remainingMs?: (() => number) | undefined;
  /** Whether this is a workflow step of a request that has already passed the gateway. */
  readonly isStep?: boolean | undefined;
  /** Called when the request ends, for callers that combine several requests. */
  readonly onServed?:
    | ((served: { readonly use: RequestUse; readonly mode?: SearchMode | undefined }) => void)
    | undefined;
}

/** The operations that a function or a server process supports; the others are absent. */
export interface Services {
  /** Records a request that was refused before it reached an operation. */
  refused?(error: unknown, context: RequestContext): void | Promise<void>;
  retrieve?(request: RetrieveRequest, context: RequestContext): Promise<RetrieveReply>;
  /** Returns fixed hits without storage or embedding, to measure the overhead of the request path. */
  retrieveMock?(request: RetrieveRequest, context: RequestContext): Promise<RetrieveReply>;
  query?(request: QueryRequest, context: RequestContext): Promise<QueryReply>;
  generate?(request: GenerateRequest, context: RequestContext): Promise<QueryReply>;
  /** Rejects invalid requests before the first event. */
  stream?(request: QueryRequest, context: RequestContext): Promise<AsyncIterable<StreamEvent>>;
}
