import { z } from 'zod';
import { SragError, withoutUndefined } from '../../core/index.ts';
import type { IndexServers } from '../../indexes/index.ts';
import { parseLocation, type S3Settings, type StoragePlace } from '../../io/storage/index.ts';
import { answerSettingsSchema } from '../../query/answering/index.ts';

const jsonObject = z.string().transform((text, context) => {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON object' });
    return z.NEVER;
  }
});
/** A JSON object; default `{}`. */
const json = jsonObject.prefault('{}');

/** JSON that matches a schema. */
const jsonOf = <Schema extends z.ZodType>(schema: Schema) =>
  json.transform((value, context): z.output<Schema> => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    context.addIssue({ code: 'custom', message: `${issue?.path.join('.')}: ${issue?.message}` });
    return z.NEVER;
  });

/** Space-separated words. */
const words = z
  .string()
  .default('')
  .transform((text) => text.split(' ').filter((word) => word !== ''));

const schema = z.object({
  SRAG_LOCATION: z.string().min(1),
  SRAG_COLLECTION: z.string().min(1).default('default'),
  /** Other collections that requests may name, space-separated. */
  SRAG_COLLECTIONS: words,
  SRAG_INDEX: z.string().min(1).optional(),
  /** Settings of the OpenSearch server, if there is one. */
  SRAG_OPENSEARCH: jsonObject.optional(),
  /** Its password: CloudFormation inserts secrets as they are, so quotes would break the JSON. */
  SRAG_OPENSEARCH_PASSWORD: z.string().min(1).optional(),
  /** Settings of the vector bucket of Amazon S3 Vectors, if there is one. */
  SRAG_S3_VECTORS: jsonObject.optional(),
  SRAG_MODE: z.enum(['auto', 'lexical', 'vector', 'hybrid']).default('auto'),
  SRAG_EMBEDDER: z.string().min(1).optional(),
  SRAG_EMBEDDER_SETTINGS: json,
  SRAG_GENERATOR: z.string().min(1).default('extractive'),
  SRAG_GENERATOR_SETTINGS: json,
  SRAG_RERANKER: z.string().min(1).default('none'),
  SRAG_RERANKER_SETTINGS: json,
  SRAG_ANSWER: jsonOf(answerSettingsSchema),
  /** Key for signatures of index versions: its text, or a KMS key to derive it from. */
  SRAG_SIGNING_KEY: z.string().min(1).optional(),
  SRAG_SIGNING_KMS_KEY: z.string().min(1).optional(),
  /** URLs of the three queues of `ingest`: documents, publication requests and dead letters. */
  SRAG_INGEST_QUEUE: z.url().optional(),
  SRAG_PUBLISH_QUEUE: z.url().optional(),
  SRAG_DEAD_LETTERS: z.url().optional(),
  /** Publication requests within this window are merged. The queue delays them by at least this time. */
  SRAG_PUBLISH_WINDOW_SECONDS: z.coerce.number().positive().default(60),
  SRAG_SWITCHES: z.string().min(1).optional(),
  SRAG_QUERY_CACHE: z.string().min(1).default('none'),
  SRAG_STATE_MACHINE: z.string().min(1).optional(),
  SRAG_FUNCTIONS: z.string().min(1).optional(),
  /** Alias by which functions invoke each other. */
  SRAG_ALIAS: z.string().min(1).optional(),
  /** Origins whose web pages may send requests, space-separated; by default none. */
  SRAG_CORS_ORIGINS: words,
  SRAG_LOG_TEXT: z.string().optional(),
  SRAG_METRICS: z.enum(['all', 'essential', 'none']).default('all'),
  /** Name of the deployment. */
  SRAG_SERVICE: z.string().min(1).default('srag'),
  AWS_REGION: z.string().min(1).optional(),
  AWS_ENDPOINT_URL: z.url().optional(),
  AWS_ENDPOINT_URL_S3: z.url().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  AWS_LAMBDA_FUNCTION_NAME: z.string().default('srag'),
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.coerce.number().positive().default(512),
});

/**
 * Settings of a function from its environment. docs/decisions/2026-11-24-the-serverless-pipeline.md explains
 * them in a table.
 */
export type FunctionSettings = Readonly<z.output<typeof schema>>;

/** Environment variables of the platform. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of this process; functions read them only here. */
export const functionEnvironment = (): Environment => process.env;

/** Parses the variables. @throws INVALID_CONFIG naming the variable. */
export function functionSettings(environment: Environment = functionEnvironment()): FunctionSettings {
  // Empty variables count as unset, because deployment tools cannot omit a variable.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0]);
  throw new SragError('INVALID_CONFIG', `Environment variable ${name}: ${issue?.message}.`, {
    remedy:
      'The deployment sets this variable; docs/decisions/2026-11-24-the-serverless-pipeline.md lists all variables.',
    fields: { field: name },
  });
}

/** A function's name as in the manifest: without the deployment's prefix. */
export function functionName({
  AWS_LAMBDA_FUNCTION_NAME: name,
  SRAG_FUNCTIONS: prefix,
}: FunctionSettings): string {
  return prefix !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** The collections that a function serves. */
export const servedBy = ({
  SRAG_COLLECTION: collection,
  SRAG_COLLECTIONS: collections,
}: FunctionSettings) => ({
  collection,
  collections,
});

/** Settings of the OpenSearch server with its password; undefined if there is no server. */
export const openSearchOf = ({
  SRAG_OPENSEARCH: settings,
  SRAG_OPENSEARCH_PASSWORD: password,
}: FunctionSettings): Readonly<Record<string, unknown>> | undefined =>
  settings && withoutUndefined({ password, ...settings });

/** Servers of index kinds; requests to servers of AWS are signed with the credentials of the environment. */
export const serversOf = (settings: FunctionSettings): IndexServers => {
  const { region, credentials } = placeOf(settings).s3;
  const { SRAG_S3_VECTORS: s3Vectors } = settings;
  const opensearch = openSearchOf(settings);
  return { settings: { opensearch, 's3-vectors': s3Vectors }, aws: { region, credentials } };
};

/** Location of the collections, which must be a bucket. */
export interface FunctionPlace extends StoragePlace {
  readonly location: { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };
  readonly s3: S3Settings & Required<Pick<S3Settings, 'region' | 'credentials'>>;
}

/** The function's bucket with region and credentials. @throws INVALID_CONFIG, CREDENTIALS_MISSING */
export function placeOf(settings: FunctionSettings): FunctionPlace {
  const location = parseLocation(settings.SRAG_LOCATION, '/');
  if (location.kind !== 's3') {
    throw new SragError('INVALID_CONFIG', `SRAG_LOCATION is '${settings.SRAG_LOCATION}', not a bucket.`, {
      remedy: 'Functions read from s3://bucket/prefix.',
      fields: { field: 'SRAG_LOCATION' },
    });
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  const region = settings.AWS_REGION;
  if (accessKeyId === undefined || secretAccessKey === undefined || region === undefined) {
    throw new SragError('CREDENTIALS_MISSING', 'The environment has no AWS credentials or region.', {
      remedy: 'Lambda sets AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    });
  }
  const sessionToken = settings.AWS_SESSION_TOKEN;
  const endpoint = settings.AWS_ENDPOINT_URL_S3 ?? settings.AWS_ENDPOINT_URL;
  return {
    location,
    s3: {
      region,
      endpoint,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    },
  };
}
