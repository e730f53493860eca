export { checkRequest, cleanQuestion } from './check-request.ts';
export * from './port.ts';
export { Retriever, type RetrieverParts } from './retriever.ts';
