import { z } from 'zod';
import { AWS_SETTINGS } from '../../../io/remote/index.ts';

export const settingsSchema = z.strictObject({
  ...AWS_SETTINGS,
  /** Model id or inference profile id, for example `us.amazon.nova-lite-v1:0`. Models come and go: no default. */
  model: z.string().min(1),
  /** 0 to 1: lower repeats itself more exactly. Not sent where absent, for some models refuse it. */
  temperature: z.number().min(0).max(1).optional(),
  /** False uses Converse, which answers all at once, for models that cannot stream. */
  stream: z.boolean().default(true),
  /** A Bedrock guardrail that checks question and answer. */
  guardrail: z
    .strictObject({ id: z.string().min(1), version: z.string().min(1).default('DRAFT') })
    .optional(),
  /** Longest silence of the model, in milliseconds. */
  timeoutMs: z.int().min(1).default(60_000),
  /** Requests at most, the first included; only a request without any answer yet is sent again. */
  attempts: z.int().min(1).max(20).default(4),
});

/** Settings of the Bedrock generator. */
export type BedrockGeneratorSettings = z.output<typeof settingsSchema>;
