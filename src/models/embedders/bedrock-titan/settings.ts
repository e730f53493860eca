import { z } from 'zod';
import { AWS_SETTINGS } from '../../../io/remote/index.ts';

export const settingsSchema = z.strictObject({
  ...AWS_SETTINGS,
  model: z.string().min(1).default('amazon.titan-embed-text-v2:0'),
  /** Length of the vectors. Shorter vectors need less storage and scan time, but slightly reduce recall. */
  dimensions: z.union([z.literal(1024), z.literal(512), z.literal(256)]).default(1024),
  /** Maximum requests in flight. A higher limit is faster until the account's quota causes throttling. */
  concurrency: z.int().min(1).max(64).default(8),
  /** Maximum wait for one response, in milliseconds. */
  timeoutMs: z.int().min(1).default(30_000),
  /** Maximum requests per text, including the first. */
  attempts: z.int().min(1).max(20).default(6),
  documentPrefix: z.string().default(''),
  queryPrefix: z.string().default(''),
});

/** Settings of the Titan embedder. */
export type TitanSettings = z.output<typeof settingsSchema>;
