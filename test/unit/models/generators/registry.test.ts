import { describe, expect, it } from 'vitest';
import {
  createGenerator,
  GENERATOR_NAMES,
  generatorSettingsSchema,
} from '../../../../src/models/generators/index.ts';

describe('the registry of generators', () => {
  it('creates generators by name and suggests the nearest name', async () => {
    expect(GENERATOR_NAMES).toEqual(['extractive', 'bedrock', 'openai-compatible']);
    await expect(createGenerator('bedrok')).rejects.toMatchObject({
      code: 'UNKNOWN_GENERATOR',
      remedy: "Did you mean 'bedrock'?",
    });
  });

  it.each(['bedrock', 'openai-compatible'])('rejects an unknown setting of %s', async (name) => {
    await expect(createGenerator(name, { modell: 'x' })).rejects.toMatchObject({
      code: 'UNKNOWN_CONFIG_KEY',
      remedy: "Did you mean 'model'?",
    });
    expect(await generatorSettingsSchema(name)).toBeDefined();
  });
});
