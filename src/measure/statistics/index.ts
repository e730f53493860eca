export * from './cluster-mean.ts';
export * from './column.ts';
export * from './comparison.ts';
export * from './interval.ts';
export * from './statistic.ts';
export * from './stop-rule.ts';
export * from './warm-up.ts';
