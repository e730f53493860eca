export { handler } from '../ingest/handler.ts';
