import type { Hit, Metadata, SearchMode } from '../../core/index.ts';
import type { Answer, Citation } from '../../query/answering/index.ts';
import type { RetrievalTrace } from '../../query/retrieval/index.ts';
import type { Cost, RequestUse } from '../cost/index.ts';

/** What `POST /query`, and with tokens as they come `POST /query/stream`, is asked. */
export interface QueryRequest {
  readonly question: string;
  /** 1 to 50 passages. */
  readonly topK?: number | undefined;
  readonly mode?: SearchMode | 'auto' | undefined;
  /** KIND or KIND@VERSION; default: the switch `index`, else what is published. */
  readonly index?: string | undefined;
  readonly filter?: unknown;
  readonly collection?: string | undefined;
}

/** What `/retrieve` is asked: a question, a ready-made vector of it, or both. */
export interface RetrieveRequest extends Omit<QueryRequest, 'question'> {
  readonly question?: string | undefined;
  readonly vector?: readonly number[] | undefined;
}

/** A passage that the caller of `POST /generate` brings. */
export interface GivenChunk {
  readonly id: string;
  readonly documentId: string;
  readonly text: string;
  readonly title?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface GenerateRequest {
  readonly question: string;
  /** Best first. */
  readonly chunks: readonly GivenChunk[];
}

/** What the state machine's first step found, for its second: the texts are read from that very index version. */
export interface FoundHits {
  readonly question: string;
  readonly collection?: string | undefined;
  readonly index: { readonly kind: string; readonly version: string };
  readonly hits: readonly Pick<Hit, 'id' | 'score' | 'scores'>[];
}

/** Where a request's time went. `index` is absent where none was asked. */
export type ServedTrace = Omit<RetrievalTrace, 'index'> & {
  readonly index?: RetrievalTrace['index'];
  /** Resident memory of the function's process when it replied; of several functions, the largest. */
  readonly memoryBytes: number;
};

/** What every answer carries beside its content. */
export interface Served {
  readonly trace: ServedTrace;
  readonly cost: Cost;
  readonly requestId: string;
}

/** A passage as an answer shows it: its text cut, what only the searcher needs left out. */
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
  /** Whether the documents do not hold an answer. */
  readonly notFound: boolean;
  readonly chunks: readonly ShownChunk[];
  readonly usage: Answer['usage'];
}

/** What a stream says, in order: hits, tokens, then `done`. */
export type StreamEvent =
  | { readonly event: 'hits'; readonly data: { readonly hits: readonly ShownChunk[] } }
  | { readonly event: 'token'; readonly data: { readonly text: string } }
  | { readonly event: 'done'; readonly data: Omit<QueryReply, 'chunks'> };

/** Who asks, and until when. */
export interface RequestContext {
  readonly requestId: string;
  /** For example `POST /query`; absent where no gateway has brought it. */
  readonly route?: string | undefined;
  /** X-Ray's header, where the platform gave one. */
  readonly traceId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the platform still gives this request. */
  readonly remainingMs?: (() => number) | undefined;
  /** Whether a workflow asks for a part of another request: no gateway has brought it. */
  readonly isStep?: boolean | undefined;
  /** Told how the request was answered, when it ends: for who adds it to more. */
  readonly onServed?:
    | ((served: { readonly use: RequestUse; readonly mode?: SearchMode | undefined }) => void)
    | undefined;
}

/** What a function, or a process that is all of them, answers. What it does not is left out. */
export interface Services {
  /** Told of a request that was refused before any of the others was asked: it is recorded, too. */
  refused?(error: unknown, context: RequestContext): void | Promise<void>;
  retrieve?(request: RetrieveRequest, context: RequestContext): Promise<RetrieveReply>;
  /** Fixed hits, no storage, no embedding: the floor of the path. */
  retrieveMock?(request: RetrieveRequest, context: RequestContext): Promise<RetrieveReply>;
  query?(request: QueryRequest, context: RequestContext): Promise<QueryReply>;
  generate?(request: GenerateRequest, context: RequestContext): Promise<QueryReply>;
  /** Refuses bad requests before its first event. */
  stream?(request: QueryRequest, context: RequestContext): Promise<AsyncIterable<StreamEvent>>;
}
