export { type AccountQuestions, accountChecks } from './account-checks.ts';
export { type Check, check, Finding } from './check.ts';
export { concurrencyLimit, hasRoom } from './quotas.ts';
