import { z } from 'zod';

export const settingsSchema = z.strictObject({
  /** Length of the vectors. Higher means fewer collisions of features, but more to store and scan. */
  dimensions: z.int().min(8).max(4096).default(256),
});

/** Settings of the hashing embedder. */
export type HashingSettings = z.output<typeof settingsSchema>;
