export * from './private-folder.ts';
