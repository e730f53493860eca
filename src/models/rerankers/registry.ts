import type { z } from 'zod';
import { unknownName } from '../../core/index.ts';
import type { Reranker } from './port.ts';

/** The exports of a reranker's folder. */
interface RerankerModule {
  readonly settingsSchema: z.ZodType;
  readonly create: (settings: unknown) => Reranker;
}

const RERANKERS = {
  none: () => import('./none/index.ts'),
  mmr: () => import('./mmr/index.ts'),
  bedrock: () => import('./bedrock/index.ts'),
  transformers: () => import('./transformers/index.ts'),
} as const satisfies Record<string, () => Promise<RerankerModule>>;

type RerankerName = keyof typeof RERANKERS;
export const RERANKER_NAMES = Object.keys(RERANKERS) as readonly RerankerName[];

function load(name: string): Promise<RerankerModule> {
  if (!Object.hasOwn(RERANKERS, name))
    throw unknownName('UNKNOWN_RERANKER', 'reranker', name, RERANKER_NAMES);
  return RERANKERS[name as RerankerName]();
}

/** Creates a reranker. @throws UNKNOWN_RERANKER, UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export async function createReranker(name: string, settings: unknown = {}): Promise<Reranker> {
  return (await load(name)).create(settings);
}

/** The strict schema of a reranker's settings. @throws UNKNOWN_RERANKER. */
export async function rerankerSettingsSchema(name: string): Promise<z.ZodType> {
  return (await load(name)).settingsSchema;
}
