export * from './ask-in-turns.ts';
export { figuresOfComparison } from './measured-figures.ts';
export * from './result.ts';
export * from './suitability.ts';
export * from './summarise.ts';
