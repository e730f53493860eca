export * from './ask-in-turns.ts';
export * from './summarise.ts';
