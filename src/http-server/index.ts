export { OpenRequests } from './open-requests.ts';
