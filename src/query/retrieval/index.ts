export { checkRequest, cleanQuestion, DEFAULT_TOP_K } from './check-request.ts';
export * from './port.ts';
export { Retriever, type RetrieverParts } from './retriever.ts';
