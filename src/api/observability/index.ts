export { errorFacts } from './log-fields.ts';
export * from './metric-names.ts';
export { Observer, type ObserverOptions } from './observer.ts';
export type { RequestRecord } from './record.ts';
