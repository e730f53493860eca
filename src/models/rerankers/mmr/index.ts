import { z } from 'zod';
import type { Hit } from '../../../core/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import { checkRequest, withRerankScore } from '../order.ts';
import type { Reranker, RerankRequest } from '../port.ts';
import { cosine, termVectors } from './similarity.ts';

export const settingsSchema = z.strictObject({
  /** 1 keeps the order of relevance, lower values prefer novel hits, and 0 considers only novelty. */
  lambda: z.number().min(0).max(1).default(0.7),
});

/** Relevance of the hits from 0 to 1: their scores, min-max scaled; 1 if all are equal. */
function relevanceOf(hits: readonly Hit[]): readonly number[] {
  const scores = hits.map((hit) => hit.score);
  const low = Math.min(...scores);
  const spread = Math.max(...scores) - low;
  return scores.map((score) => (spread > 0 ? (score - low) / spread : 1));
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): repeatedly selects the hit with the
 * highest lambda x relevance - (1 - lambda) x (greatest similarity to a selected hit). Similarity is the
 * TF-IDF cosine of the texts, so no vectors are needed. A hit's value becomes its score, which never
 * increases from one hit to the next. Ties by id.
 */
function rerank(hits: readonly Hit[], topK: number, lambda: number): readonly Hit[] {
  const relevance = relevanceOf(hits);
  const vectors = termVectors(hits);
  const nearest = new Float64Array(hits.length);
  const remaining = new Set(hits.keys());
  const taken: Hit[] = [];
  const marginal = (index: number): number => lambda * relevance[index]! - (1 - lambda) * nearest[index]!;
  while (taken.length < topK && remaining.size > 0) {
    let best = -1;
    for (const index of remaining) {
      const difference = best === -1 ? 1 : marginal(index) - marginal(best);
      if (difference > 0 || (difference === 0 && hits[index]!.id < hits[best]!.id)) best = index;
    }
    remaining.delete(best);
    taken.push(withRerankScore(hits[best]!, marginal(best)));
    for (const index of remaining) {
      nearest[index] = Math.max(nearest[index]!, cosine(vectors[index]!, vectors[best]!));
    }
  }
  return taken;
}

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(settings: unknown): Reranker {
  const { lambda } = parseSettings(settingsSchema, settings, "reranker 'mmr'");
  return {
    id: `mmr:${lambda}`,
    rerank: async (request: RerankRequest) => {
      checkRequest(request);
      return rerank(request.hits, request.topK, lambda);
    },
  };
}
