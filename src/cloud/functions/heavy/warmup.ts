export { handler } from '../handlers/warmup.ts';
