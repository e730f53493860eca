import { byScore, type Hit, SragError, throwIfAborted } from '../../core/index.ts';
import type { RerankRequest } from './port.ts';

/** Validates a request before any work. @throws INVALID_ARGUMENT, CANCELLED. */
export function checkRequest(request: RerankRequest): void {
  throwIfAborted(request.signal);
  if (!Number.isInteger(request.topK) || request.topK < 1) {
    throw new SragError('INVALID_ARGUMENT', `topK is ${request.topK}.`, {
      remedy: 'Use an integer of at least 1.',
      fields: { topK: request.topK },
    });
  }
}

/** The `topK` hits with the highest `scores[i]`, which becomes their score; ties by id. */
export function orderByScore(hits: readonly Hit[], scores: ArrayLike<number>, topK: number): readonly Hit[] {
  return hits
    .map((hit, index) => withRerankScore(hit, scores[index]!))
    .sort(byScore)
    .slice(0, topK);
}

/** The hit with a reranker's score as its score. */
export const withRerankScore = (hit: Hit, rerank: number): Hit => ({
  ...hit,
  score: rerank,
  scores: { ...hit.scores, rerank },
});
