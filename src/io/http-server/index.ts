export { Access, type AccessRules, guarded, isLoopback, sameSecret } from './access.ts';
export { answerCors } from './cors.ts';
export { GRACE_MS, RequestServer, sendProblem } from './request-server.ts';
