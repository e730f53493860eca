export { type AccountQuestions, accountChecks } from './account-checks.ts';
export { type Check, check } from './check.ts';
