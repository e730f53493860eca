import type { S3Settings } from '../io/storage/index.ts';

/** Environment variables that set a configuration key. Values are parsed according to the key's type. */
export const ENVIRONMENT_KEYS: Readonly<Record<string, string>> = {
  SRAG_LOCATION: 'location',
  SRAG_COLLECTION: 'collection',
  SRAG_COLLECTIONS: 'collections',
  SRAG_EMBEDDER: 'embedder',
  SRAG_EMBEDDER_SETTINGS: 'embedderSettings',
  SRAG_METRIC: 'metric',
  SRAG_GENERATOR: 'generator',
  SRAG_GENERATOR_SETTINGS: 'generatorSettings',
  SRAG_RERANKER: 'reranker',
  SRAG_RERANKER_SETTINGS: 'rerankerSettings',
  SRAG_INDEX: 'index',
  SRAG_MODE: 'mode',
  SRAG_OPENSEARCH_URL: 'opensearch.url',
  SRAG_OPENSEARCH_USERNAME: 'opensearch.username',
  SRAG_OPENSEARCH_PASSWORD: 'opensearch.password',
  SRAG_OPENSEARCH_SERVICE: 'opensearch.service',
  SRAG_OPENSEARCH_REGION: 'opensearch.region',
  SRAG_S3_VECTORS_BUCKET: 's3Vectors.bucket',
  SRAG_S3_VECTORS_REGION: 's3Vectors.region',
  SRAG_S3_VECTORS_ENDPOINT: 's3Vectors.endpoint',
  SRAG_S3_ENDPOINT: 's3.endpoint',
  SRAG_S3_REGION: 's3.region',
  SRAG_SIGNING_KEY_FILE: 'signing.keyFile',
  SRAG_SIGNING_KMS_KEY: 'signing.kmsKey',
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment; nothing else reads `process.env`. */
export const processEnvironment = (): Environment => process.env;

/** S3 connection settings: from the configuration, or else from AWS's standard variables. */
export function s3Settings(
  config: { readonly region?: string | undefined; readonly endpoint?: string | undefined },
  environment: Environment,
): S3Settings {
  const region = config.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  const endpoint = config.endpoint ?? environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  const accessKeyId = environment.AWS_ACCESS_KEY_ID;
  const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY;
  const sessionToken = environment.AWS_SESSION_TOKEN;
  return {
    region,
    endpoint,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : {
            accessKeyId,
            secretAccessKey,
            sessionToken,
          },
  };
}
