import { z } from 'zod';

export const settingsSchema = z.strictObject({
  /** Address of the API without the last part, for example `https://api.openai.com/v1`. */
  baseUrl: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1),
  /** Length of the model's vectors. */
  dimensions: z.int().min(1).max(16_384),
  /** Whether to ask the model to shorten its vectors to `dimensions`; many servers refuse the field. */
  requestDimensions: z.boolean().default(false),
  /** Sent as `Authorization: Bearer`; local servers often want none. */
  apiKey: z.string().min(1).optional(),
  /** Texts a request. Higher has less overhead until the server refuses the size. */
  batchSize: z.int().min(1).max(2048).default(96),
  /** Requests in flight. */
  concurrency: z.int().min(1).max(64).default(4),
  /** Longest silence of the server, in milliseconds. */
  timeoutMs: z.int().min(1).default(60_000),
  /** Requests for one batch at most, the first included. */
  attempts: z.int().min(1).max(20).default(6),
  /** False keeps the lengths of the model's vectors: for models made for the inner product (metric `dot`). */
  unitLength: z.boolean().default(true),
  documentPrefix: z.string().default(''),
  queryPrefix: z.string().default(''),
});

/** Settings of the OpenAI-compatible embedder. */
export type OpenAiEmbedderSettings = z.output<typeof settingsSchema>;
