export * from './document.ts';
export * from './errors.ts';
export * from './filter.ts';
export * from './names.ts';
export * from './search.ts';
export * from './similarity.ts';
export * from './collection.ts';
