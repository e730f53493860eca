/** Beside the collections: documents to ingest, by collection. */
export const DOCUMENTS_FOLDER = 'documents';
/** Beside the collections: cached answers, by deployment. */
export const CACHE_FOLDER = 'query-cache';
/** Beside the collections: what runs of canaries leave, by deployment. */
export const CANARY_FOLDER = 'canary';
