export * from './cache-key.ts';
export * from './guarded-cache.ts';
export * from './port.ts';
export * from './registry.ts';
