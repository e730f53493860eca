import type { Hit } from '../../core/index.ts';

export interface RerankRequest {
  readonly question: string;
  /** Best first by the search score. */
  readonly hits: readonly Hit[];
  readonly topK: number;
  readonly signal?: AbortSignal;
}

/** Reorders hits. Returns a subset of them, best first, with `scores.rerank` set unless the reranker is `none`. */
export interface Reranker {
  readonly id: string;
  rerank(request: RerankRequest): Promise<readonly Hit[]>;
}
