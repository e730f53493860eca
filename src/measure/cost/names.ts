/**
 * Backends that `backendCost` prices, with what each is. The functions of the first seven search an index in S3;
 * those of the next six ask another service; the last three have no functions of srag.
 */
export const BACKENDS = {
  snapshot: 'functions with a snapshot index in S3',
  'lancedb-flat': 'functions with an exact LanceDB index in S3',
  'lancedb-ivf-flat': 'functions with a LanceDB IVF_FLAT index in S3',
  'lancedb-ivf-pq': 'functions with a LanceDB IVF_PQ index in S3',
  'lancedb-ivf-rq': 'functions with a LanceDB IVF_RQ index in S3',
  'lancedb-ivf-hnsw-sq': 'functions with a LanceDB IVF_HNSW_SQ index in S3',
  'lancedb-ivf-hnsw-pq': 'functions with a LanceDB IVF_HNSW_PQ index in S3',
  's3-vectors': 'functions with vectors in Amazon S3 Vectors',
  'opensearch-managed': 'functions and a managed OpenSearch domain, HNSW in memory',
  'opensearch-managed-on-disk': 'functions and a managed OpenSearch domain, on disk with 32x compression',
  'opensearch-serverless': 'functions and OpenSearch Serverless (Classic) with standby replicas',
  'opensearch-serverless-single': 'functions and OpenSearch Serverless (Classic) without standby replicas',
  'opensearch-serverless-next': 'functions and OpenSearch Serverless (NextGen), which scales to zero',
  'in-memory-server': 'an always-on EC2 instance with an in-memory index',
  'bedrock-knowledge-base': 'a Bedrock knowledge base on OpenSearch Serverless',
  'bedrock-knowledge-base-s3-vectors': 'a Bedrock knowledge base on S3 Vectors',
} as const;

export type BackendName = keyof typeof BACKENDS;
export const BACKEND_NAMES = Object.keys(BACKENDS) as readonly BackendName[];
