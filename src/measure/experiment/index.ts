export * from './results/header.ts';
export * from './results/reader.ts';
export * from './results/sample.ts';
