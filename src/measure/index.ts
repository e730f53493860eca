export * from './advice/index.ts';
export * from './comparison/index.ts';
export * from './drafting/index.ts';
export * from './evaluation/index.ts';
export * from './experiment/index.ts';
export * from './selftest/index.ts';
export * from './simulation/index.ts';
export * from './statistics/index.ts';
