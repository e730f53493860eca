export * from './collections.ts';
export * from './embedder-settings.ts';
export * from './fields.ts';
export * from './port.ts';
export * from './text-hash.ts';
