import type { z } from 'zod';
import { unknownName } from '../../core/index.ts';
import type { Generator } from './port.ts';

/** The exports of a generator's folder. */
interface GeneratorModule {
  readonly settingsSchema: z.ZodType;
  readonly create: (settings: unknown) => Generator | Promise<Generator>;
}

const GENERATORS = {
  extractive: () => import('./extractive/index.ts'),
  bedrock: () => import('./bedrock/index.ts'),
  'openai-compatible': () => import('./openai-compatible/index.ts'),
} as const satisfies Record<string, () => Promise<GeneratorModule>>;

type GeneratorName = keyof typeof GENERATORS;
export const GENERATOR_NAMES = Object.keys(GENERATORS) as readonly GeneratorName[];

function load(name: string): Promise<GeneratorModule> {
  if (!Object.hasOwn(GENERATORS, name))
    throw unknownName('UNKNOWN_GENERATOR', 'generator', name, GENERATOR_NAMES);
  return GENERATORS[name as GeneratorName]();
}

/** Creates a generator. @throws UNKNOWN_GENERATOR, UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export async function createGenerator(name: string, settings: unknown = {}): Promise<Generator> {
  return (await load(name)).create(settings);
}

/** The strict schema of a generator's settings. @throws UNKNOWN_GENERATOR. */
export async function generatorSettingsSchema(name: string): Promise<z.ZodType> {
  return (await load(name)).settingsSchema;
}
