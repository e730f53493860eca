export * from './port.ts';
export { buildPrompt, isNotFoundAnswer, type Prompt } from './prompt.ts';
export { createGenerator, GENERATOR_NAMES, type GeneratorName, generatorSettingsSchema } from './registry.ts';
