import { z } from 'zod';
import { parseSettings } from '../../../io/settings/index.ts';
import { checkRequest } from '../order.ts';
import type { Reranker } from '../port.ts';

/** `none` has nothing to set. */
export const settingsSchema = z.strictObject({});

/** The search's own order, cut at `topK`. */
export function create(settings: unknown): Reranker {
  parseSettings(settingsSchema, settings, "reranker 'none'");
  return {
    id: 'none',
    rerank: async (request) => {
      checkRequest(request);
      return request.hits.slice(0, request.topK);
    },
  };
}
