export { CHUNKER_VERSION, chunkDocument, DEFAULT_CHUNKER } from './chunk-document.ts';
export { estimateTokens } from './estimate-tokens.ts';
