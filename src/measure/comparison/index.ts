export * from './ask-in-turns.ts';
export * from './result.ts';
export * from './suitability.ts';
export * from './summarise.ts';
