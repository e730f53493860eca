export * from './parameters.ts';
export * from './switches.ts';
