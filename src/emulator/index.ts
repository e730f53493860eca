export * from './services/index.ts';
export * from './state-machine/index.ts';
