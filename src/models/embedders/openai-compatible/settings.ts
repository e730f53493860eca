import { z } from 'zod';

export const settingsSchema = z.strictObject({
  /** Base URL of the API, for example `https://api.openai.com/v1`. */
  baseUrl: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1),
  /** Length of the model's vectors. */
  dimensions: z.int().min(1).max(16_384),
  /** Whether to request vectors shortened to `dimensions`; many servers reject the field. */
  requestDimensions: z.boolean().default(false),
  /** Sent as `Authorization: Bearer`; local servers often need none. */
  apiKey: z.string().min(1).optional(),
  /** Texts per request. Larger requests have less overhead, but the server may reject them. */
  batchSize: z.int().min(1).max(2048).default(96),
  /** Requests in flight. */
  concurrency: z.int().min(1).max(64).default(4),
  /** Maximum time without data from the server, in milliseconds. */
  timeoutMs: z.int().min(1).default(60_000),
  /** Maximum requests per batch, including the first. */
  attempts: z.int().min(1).max(20).default(6),
  /** False keeps the lengths of the model's vectors, for models trained for the inner product (metric `dot`). */
  unitLength: z.boolean().default(true),
  documentPrefix: z.string().default(''),
  queryPrefix: z.string().default(''),
});

/** Settings of the OpenAI-compatible embedder. */
export type OpenAiEmbedderSettings = z.output<typeof settingsSchema>;
