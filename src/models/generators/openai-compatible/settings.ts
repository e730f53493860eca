import { z } from 'zod';

export const settingsSchema = z.strictObject({
  /** Address of the API without the last part, for example `https://api.openai.com/v1`. */
  baseUrl: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1),
  /** Sent as `Authorization: Bearer`; local servers often want none. */
  apiKey: z.string().min(1).optional(),
  /** 0 to 2: lower repeats itself more exactly. Not sent where absent, for some models refuse it. */
  temperature: z.number().min(0).max(2).optional(),
  /** What the server calls the limit of output tokens; newer OpenAI models know only the second. */
  maxTokensField: z.enum(['max_tokens', 'max_completion_tokens']).default('max_tokens'),
  /** Longest silence of the server, in milliseconds. */
  timeoutMs: z.int().min(1).default(60_000),
  /** Requests at most, the first included; only a request without any answer yet is sent again. */
  attempts: z.int().min(1).max(20).default(4),
});

/** Settings of the OpenAI-compatible generator. */
export type OpenAiGeneratorSettings = z.output<typeof settingsSchema>;
