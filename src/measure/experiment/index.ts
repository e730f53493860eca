export * from './declaration/read.ts';
export * from './declaration/schema.ts';
export * from './declaration/template.ts';
export * from './results/header.ts';
export * from './results/reader.ts';
export * from './results/sample.ts';
export * from './results/writer.ts';
export * from './thresholds.ts';
