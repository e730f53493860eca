export * from './counting.ts';
export * from './location.ts';
export * from './port.ts';
export * from './registry.ts';
