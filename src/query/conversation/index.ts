export { HISTORY_LIMITS, usedHistory } from './history.ts';
export {
  answerOf,
  type ResolvedQuestion,
  type ResolveOptions,
  resolvedByRules,
  resolveQuestion,
  searchOf,
  totalUsage,
  tracedWith,
} from './resolve.ts';
export { rewriteByRules } from './rewrite.ts';
