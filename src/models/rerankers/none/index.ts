import { z } from 'zod';
import { parseSettings } from '../../../io/settings/index.ts';
import { checkRequest } from '../order.ts';
import type { Reranker } from '../port.ts';

/** `none` has no settings. */
export const settingsSchema = z.strictObject({});

/** Keeps the search order, truncated to `topK`. */
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
