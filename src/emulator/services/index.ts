export * from './storage-model/index.ts';
