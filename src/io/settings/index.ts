export * from './optional-package.ts';
export * from './parse.ts';
