export { GRACE_MS, RequestServer, sendProblem } from './request-server.ts';
