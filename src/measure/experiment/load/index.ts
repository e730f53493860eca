export * from './clock.ts';
export * from './generator-health.ts';
export * from './http-sender.ts';
export * from './real-time.ts';
export * from './run-block.ts';
export * from './schedule.ts';
export type { Reply, ReplyDetails, Send } from './send.ts';
