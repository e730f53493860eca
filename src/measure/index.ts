export * from './evaluation/index.ts';
