import { z } from 'zod';
import { DEFAULT_ANSWER_OPTIONS } from './port.ts';

/** Defaults of answers: the key `answer` of a configuration, `SRAG_ANSWER` of a function. */
export const answerSettingsSchema = z.strictObject({
  topK: z.int().min(1).max(50).default(8).describe('Maximum number of passages for an answer.'),
  maxContextTokens: z.int().min(100).max(1_000_000).default(DEFAULT_ANSWER_OPTIONS.maxContextTokens),
  maxOutputTokens: z.int().min(1).max(100_000).default(DEFAULT_ANSWER_OPTIONS.maxOutputTokens),
  compress: z
    .boolean()
    .default(DEFAULT_ANSWER_OPTIONS.compress)
    .describe('Keep only sentences that are related to the question.'),
  rewrite: z
    .enum(['rules', 'model'])
    .default('rules')
    .describe(
      'Makes follow-up questions self-contained before the search: `rules`, or `model`, which calls the generator once more and falls back to the rules.',
    ),
  language: z
    .string()
    .min(1)
    .max(40)
    .regex(/^[\p{L}\p{M}\p{N} ()-]+$/u, "Use a language's name or code, such as `Korean` or `ko`.")
    .optional()
    .describe('Language in which a model answers, as a name or code; default: the language of the question.'),
  systemPrompt: z
    .string()
    .trim()
    .min(1)
    .max(8_000)
    .optional()
    .describe(
      "Role and style of a model, instead of srag's. srag's rules on passages, citations and questions without an answer follow it.",
    ),
  instructions: z
    .string()
    .max(8_000)
    .optional()
    .describe('Your own instructions to a model, such as tone, added to those of srag.'),
});
