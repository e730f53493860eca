import type { Hit } from '../../core/index.ts';

export interface RerankRequest {
  readonly question: string;
  /** Best first by the search's own score. */
  readonly hits: readonly Hit[];
  readonly topK: number;
  readonly signal?: AbortSignal;
}

/** Orders hits anew. The result is a subset of the given hits, best first, with `scores.rerank` set unless `none`. */
export interface Reranker {
  readonly id: string;
  rerank(request: RerankRequest): Promise<readonly Hit[]>;
}
