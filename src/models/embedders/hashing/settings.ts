import { z } from 'zod';

export const settingsSchema = z.strictObject({
  /** Length of the vectors. Longer vectors have fewer feature collisions, but need more storage and time. */
  dimensions: z.int().min(8).max(4096).default(256),
});

/** Settings of the hashing embedder. */
export type HashingSettings = z.output<typeof settingsSchema>;
