export type { IndexServer } from './index-server.ts';
export { OpenSearch } from './opensearch.ts';
export type { OpenSearchProps, S3VectorsProps } from './props.ts';
export { VectorBucket } from './vector-bucket.ts';
