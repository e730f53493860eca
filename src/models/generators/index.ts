export { citationMarks } from './citation-marks.ts';
export { isNotFoundAnswer } from './not-found.ts';
export * from './port.ts';
export { buildPrompt } from './prompt.ts';
export { createGenerator, GENERATOR_NAMES, generatorSettingsSchema } from './registry.ts';
