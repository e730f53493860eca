export * from './evaluation/index.ts';
export * from './experiment/index.ts';
