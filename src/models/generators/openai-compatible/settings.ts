import { z } from 'zod';

export const settingsSchema = z.strictObject({
  /** Base URL of the API, for example `https://api.openai.com/v1`. */
  baseUrl: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1),
  /** Sent as `Authorization: Bearer`; local servers often need none. */
  apiKey: z.string().min(1).optional(),
  /** Sampling temperature, 0 to 2; lower is more deterministic. Not sent if absent: some models reject it. */
  temperature: z.number().min(0).max(2).optional(),
  /** The server's name for the limit of output tokens; newer OpenAI models accept only `max_completion_tokens`. */
  maxTokensField: z.enum(['max_tokens', 'max_completion_tokens']).default('max_tokens'),
  /**
   * Whether the model's prompt template opens the reasoning, so that the model writes only `</think>`. The stream then
   * begins after that mark; without the mark, the answer is empty.
   */
  promptOpensReasoning: z.boolean().default(false),
  /** Maximum time without data from the server, in milliseconds. */
  timeoutMs: z.int().min(1).default(60_000),
  /** Maximum requests, including the first; a request is retried only before its answer starts. */
  attempts: z.int().min(1).max(20).default(4),
});

/** Settings of the OpenAI-compatible generator. */
export type OpenAiGeneratorSettings = z.output<typeof settingsSchema>;
