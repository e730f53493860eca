import type { z } from 'zod';
import { unknownName } from '../../core/index.ts';
import type { Embedder } from './port.ts';

/** The exports of an embedder's folder. */
interface EmbedderModule {
  readonly settingsSchema: z.ZodType;
  readonly create: (settings: unknown) => Embedder | undefined | Promise<Embedder>;
}

const EMBEDDERS = {
  none: () => import('./none/index.ts'),
  hashing: () => import('./hashing/index.ts'),
  'bedrock-titan': () => import('./bedrock-titan/index.ts'),
  'openai-compatible': () => import('./openai-compatible/index.ts'),
  transformers: () => import('./transformers/index.ts'),
  precomputed: () => import('./precomputed/index.ts'),
} as const satisfies Record<string, () => Promise<EmbedderModule>>;

type EmbedderName = keyof typeof EMBEDDERS;
export const EMBEDDER_NAMES = Object.keys(EMBEDDERS) as readonly EmbedderName[];

/** @throws UNKNOWN_EMBEDDER, which suggests the nearest name. */
export function checkEmbedderName(name: string): void {
  if (!Object.hasOwn(EMBEDDERS, name))
    throw unknownName('UNKNOWN_EMBEDDER', 'embedder', name, EMBEDDER_NAMES);
}

function load(name: string): Promise<EmbedderModule> {
  checkEmbedderName(name);
  return EMBEDDERS[name as EmbedderName]();
}

/**
 * Creates an embedder; returns undefined for `none`, a collection without vectors.
 * @throws UNKNOWN_EMBEDDER, UNKNOWN_CONFIG_KEY, INVALID_CONFIG, MISSING_PACKAGE, and the errors of vector files.
 */
export async function createEmbedder(name: string, settings: unknown = {}): Promise<Embedder | undefined> {
  return (await load(name)).create(settings);
}

/** The strict schema of an embedder's settings. @throws UNKNOWN_EMBEDDER. */
export async function embedderSettingsSchema(name: string): Promise<z.ZodType> {
  return (await load(name)).settingsSchema;
}
