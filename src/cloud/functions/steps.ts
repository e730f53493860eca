import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { RequestUse } from '../../api/cost/index.ts';
import {
  checkState,
  type QueryReply,
  type RagService,
  type RequestContext,
  type RetrieveReply,
  type ShownChunk,
} from '../../api/service/index.ts';
import { hasCode, type SearchMode, SragError } from '../../core/index.ts';
import { type RefusedStep, refused, stepError } from './step-error.ts';

/** The timeout of a step in the state machine. */
const timeoutSeconds = z.number().positive().optional();
const history = z.array(z.object({ question: z.string(), answer: z.string() })).optional();
const retrieveStep = z.object({
  action: z.literal('retrieve'),
  timeoutSeconds,
  request: z.object({
    requestId: z.string(),
    question: z.string(),
    history,
    topK: z.number().optional(),
    mode: z.enum(['auto', 'lexical', 'vector', 'hybrid']).optional(),
    index: z.string().optional(),
    filter: z.unknown().optional(),
    collection: z.string().optional(),
  }),
});
const generateStep = z.object({
  action: z.literal('generate'),
  timeoutSeconds,
  request: z.object({
    requestId: z.string(),
    question: z.string(),
    history,
    searchedQuestion: z.string().optional(),
    collection: z.string().optional(),
    index: z.object({ kind: z.string(), version: z.string() }),
    hits: z
      .array(
        z.object({
          id: z.string(),
          score: z.number(),
          scores: z.record(z.string(), z.number()).default({}),
        }),
      )
      .max(50),
  }),
});

/** A step of the state machine: the handler of a direct invocation. */
export type Step = (event: unknown, context: Omit<RequestContext, 'requestId'>) => Promise<unknown>;

/** The result of the first step. */
export interface RetrievedStep extends Pick<RetrieveReply, 'trace'> {
  readonly hits: readonly Pick<ShownChunk, 'id' | 'score' | 'scores'>[];
  readonly index: RetrieveReply['trace']['index'];
  readonly mode: SearchMode;
  readonly use: RequestUse;
}
/** The result of the second step. */
export interface GeneratedStep extends Omit<QueryReply, 'cost' | 'requestId'> {
  readonly use: RequestUse;
}
const NOTHING: RequestUse = { functions: [] };

/** The first step: retrieves ids and scores, never texts, so that every state stays small. */
export function retrieving(service: RagService): Step {
  return async (event, context): Promise<RetrievedStep | RefusedStep> => {
    const { request: input, timeoutSeconds } = parsed(retrieveStep, event);
    const { requestId, ...request } = input;
    let use = NOTHING;
    let mode: SearchMode = 'lexical';
    try {
      const onServed: RequestContext['onServed'] = (served) => {
        ({ use, mode = mode } = served);
      };
      const { hits, trace } = await service.retrieve(request, {
        ...within(timeoutSeconds, context),
        requestId,
        onServed,
        isStep: true,
      });
      return checkState({
        hits: hits.map(({ id, score, scores }) => ({ id, score, scores })),
        index: trace.index,
        mode,
        trace,
        use,
      });
    } catch (error) {
      return refused(error, requestId);
    }
  };
}

/** The second step: reads the texts of the hits from the same index version, and answers. */
export function generating(service: RagService): Step {
  return async (event, context): Promise<GeneratedStep | RefusedStep> => {
    const { request: input, timeoutSeconds } = parsed(generateStep, event);
    const { requestId, ...request } = input;
    let use = NOTHING;
    try {
      const onServed: RequestContext['onServed'] = (served) => {
        use = served.use;
      };
      const served = { ...within(timeoutSeconds, context), requestId, onServed, isStep: true };
      const { requestId: _, cost: __, ...reply } = await service.generateFrom(request, served);
      return checkState({ ...reply, use });
    } catch (error) {
      return refused(error, requestId);
    }
  };
}

/** Minimum duration of a warm-up, so that concurrent ones cannot share an environment. */
const HOLD_MS = 100;

/** Opens the index and prefetches what searches need; returns false if nothing was ever published. */
export function warmingUp(service: RagService): Step {
  return async () => {
    const warming = service.warmUp().catch((error: unknown) => {
      if (hasCode(error, 'NO_INDEX', 'UNKNOWN_COLLECTION')) return false;
      throw error;
    });
    const [warmed] = await Promise.all([warming, delay(HOLD_MS)]);
    return { warmed: warmed ?? true };
  };
}

/** Milliseconds reserved for a cold start before a step, and their maximum share of the state's timeout. */
const START_MS = 600;
const MOST_OF_TIME = 0.25;

/** Limits the step's context to the rest of the state's timeout if the function has more time. */
function within(
  seconds: number | undefined,
  { remainingMs, ...context }: Omit<RequestContext, 'requestId'>,
): Omit<RequestContext, 'requestId'> {
  if (seconds === undefined) return { ...context, remainingMs };
  const givenMs = seconds * 1_000;
  const endsAtMs = performance.now() + givenMs - Math.min(START_MS, givenMs * MOST_OF_TIME);
  const left = (): number =>
    Math.min(endsAtMs - performance.now(), remainingMs?.() ?? Number.POSITIVE_INFINITY);
  return { ...context, remainingMs: left };
}

function parsed<Schema extends z.ZodType>(schema: Schema, event: unknown): z.output<Schema> {
  const result = schema.safeParse(event);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw stepError(
    new SragError('INVALID_ARGUMENT', `Step input ${issue?.path.join('.')}: ${issue?.message}.`),
    '',
  );
}
