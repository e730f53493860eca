export { citationMarks } from './citation-marks.ts';
export * from './port.ts';
export { buildPrompt, isNotFoundAnswer } from './prompt.ts';
export { createGenerator, GENERATOR_NAMES, generatorSettingsSchema } from './registry.ts';
