import { z } from 'zod';
import { AWS_SETTINGS } from '../../../io/remote/index.ts';

export const settingsSchema = z.strictObject({
  ...AWS_SETTINGS,
  /** Model id or inference profile id, such as `us.amazon.nova-lite-v1:0`. No default: models are retired. */
  model: z.string().min(1),
  /** Sampling temperature, 0 to 1; lower is more deterministic. Not sent if absent: some models reject it. */
  temperature: z.number().min(0).max(1).optional(),
  /** False uses Converse, which returns the whole answer in one response, for models that cannot stream. */
  stream: z.boolean().default(true),
  /** A Bedrock guardrail that checks question and answer. */
  guardrail: z
    .strictObject({ id: z.string().min(1), version: z.string().min(1).default('DRAFT') })
    .optional(),
  /** Maximum time without data from the model, in milliseconds. */
  timeoutMs: z.int().min(1).default(60_000),
  /** Maximum requests, including the first; a request is retried only before its answer starts. */
  attempts: z.int().min(1).max(20).default(4),
});

/** Settings of the Bedrock generator. */
export type BedrockGeneratorSettings = z.output<typeof settingsSchema>;
