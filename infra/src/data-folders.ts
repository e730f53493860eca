/** Folder next to the collections: documents to ingest, by collection. */
export const DOCUMENTS_FOLDER = 'documents';
/** Folder next to the collections: cached answers, by deployment. */
export const CACHE_FOLDER = 'query-cache';
/** Folder next to the collections: artifacts of canary runs, by deployment. */
export const CANARY_FOLDER = 'canary';
