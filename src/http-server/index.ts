export { RequestServer, sendProblem } from './request-server.ts';
