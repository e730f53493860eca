import { z } from 'zod';
import { SragError } from '../core/index.ts';

const concurrency = z.union([z.int().min(1), z.literal('unreserved')]);
const email = z.email();

/** Who may call the API; told apart by `kind`. */
const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('iam') }),
  z.strictObject({ kind: z.literal('api-key'), requestsPerDay: z.int().min(1).optional() }),
  z.strictObject({
    kind: z.literal('jwt'),
    issuer: z.url({ protocol: /^https$/ }),
    audience: z.string().min(1),
    jwksUri: z.url({ protocol: /^https$/ }).optional(),
    scope: z.string().min(1).optional(),
  }),
  z.strictObject({ kind: z.literal('none') }),
]);

/** Key `deploy` of the configuration: what `srag deploy` makes, where it differs from the defaults. */
export const deploymentSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/)
    .optional()
    .describe('Name of stack and resources; default: srag- and the collection.'),
  functions: z.string().min(1).optional().describe("Folder of the built functions; default: srag's own."),
  region: z.string().min(1).optional().describe("AWS region; default: AWS's own variables and profile."),
  profile: z.string().min(1).optional().describe('Profile of the shared AWS configuration.'),
  engine: z
    .enum(['snapshot', 'lancedb'])
    .default('snapshot')
    .describe('snapshot: small bundles over snapshot indexes. lancedb: every index kind, slower from cold.'),
  auth: auth.default({ kind: 'iam' }).describe('Who may ask: iam, api-key, jwt or none.'),
  corsOrigins: z.array(z.string().min(1)).default([]).describe('Origins of web pages that may ask.'),
  waf: z
    .union([z.boolean(), z.strictObject({ requestsPer5Minutes: z.int().min(10).optional() })])
    .default(false)
    .describe('A web application firewall.'),
  kms: z
    .union([z.boolean(), z.string().startsWith('arn:')])
    .default(false)
    .describe('A key of your own: true makes one, an ARN names one.'),
  versioned: z.boolean().default(false).describe('Keep old versions of objects for 30 days.'),
  reservedConcurrency: z
    .union([concurrency, z.record(z.string(), concurrency)])
    .optional()
    .describe('Environments of each function at most: a number, or by function; or unreserved.'),
  provisionedConcurrency: z
    .record(z.string(), z.int().min(1))
    .optional()
    .describe(
      'Environments that are kept ready, by function, such as {"retrieve": 2}; each costs all month.',
    ),
  cache: z.enum(['none', 'memory', 'dynamodb', 's3']).default('none').describe('Where answers are cached.'),
  warmup: z
    .union([
      z.literal(false),
      z.strictObject({
        everyMinutes: z.int().min(1).max(60).optional(),
        concurrency: z.int().min(1).max(100).optional(),
      }),
    ])
    .optional()
    .describe('Scheduled warm-up; false: none.'),
  ingest: z.boolean().default(true).describe('Ingest documents that are put into the bucket.'),
  ingestStorageMb: z
    .int()
    .min(512)
    .max(10_240)
    .optional()
    .describe('Megabytes of /tmp of the function that ingests; default: from the size of the collection.'),
  switches: z.record(z.string(), z.string()).default({}).describe('First values of run-time switches.'),
  logRetentionDays: z.int().min(1).default(30).describe('Days that logs are kept.'),
  logText: z.boolean().default(false).describe('Whether questions and answers may stand in logs.'),
  metrics: z
    .enum(['all', 'essential', 'none'])
    .default('essential')
    .describe('What CloudWatch keeps as metrics, each with a monthly price; the log has all values anyway.'),
  apiGatewayLogRole: z
    .boolean()
    .default(true)
    .describe("Set the region's role for logs of API Gateway; false where another stack does."),
  canary: z
    .union([z.literal(false), z.strictObject({ everyMinutes: z.int().min(1).max(60).optional() })])
    .optional()
    .describe('A question of CloudWatch Synthetics every 5 (or so many) minutes; not with auth jwt.'),
  alarms: z
    .union([
      z.literal(false),
      z.strictObject({
        email: email.optional(),
        costUsdPerHour: z.number().positive().optional(),
        p95Ms: z.number().positive().optional(),
      }),
    ])
    .optional()
    .describe('Alarms, and whom they tell; false: none.'),
  budget: z
    .strictObject({ usdPerMonth: z.number().positive(), email })
    .optional()
    .describe('Emails at 50, 80 and 100 % of a monthly budget.'),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags of every resource.'),
});

/** What is deployed, with defaults. */
export type DeploymentConfig = z.output<typeof deploymentSchema>;

/** Dotted configuration keys whose objects are one value: a layer above replaces them whole. */
export const DEPLOYMENT_VALUES: readonly string[] = [
  'auth',
  'waf',
  'warmup',
  'alarms',
  'canary',
  'budget',
  'reservedConcurrency',
  'provisionedConcurrency',
  'switches',
  'tags',
].map((key) => `deploy.${key}`);

/** What the configuration says beside `deploy`, as far as functions have to know it. */
export interface ServedConfig {
  readonly collection: string;
  readonly collections: readonly string[];
  readonly signing: { readonly keyFile?: string | undefined; readonly kmsKey?: string | undefined };
  readonly index?: string | undefined;
  readonly mode: 'auto' | 'lexical' | 'vector' | 'hybrid';
  readonly embedder: string;
  readonly embedderSettings: Readonly<Record<string, unknown>>;
  readonly generator: string;
  readonly generatorSettings: Readonly<Record<string, unknown>>;
  readonly reranker: string;
  readonly rerankerSettings: Readonly<Record<string, unknown>>;
  /** How answers are made where a request does not say. */
  readonly answer: Readonly<Record<string, unknown>>;
  readonly deploy: DeploymentConfig;
}

/** Environments that functions reserve unless told otherwise; the CDK app has the same numbers. */
export const DEFAULT_CONCURRENCY: Readonly<Record<string, number>> = {
  baseline: 20,
  retrieve: 20,
  generate: 20,
  stream: 20,
  warmup: 1,
  ingest: 5,
};

/** Functions that one number for all does not mean: nobody calls them. */
const NOT_CALLED = ['warmup', 'ingest'];

/** Environments that all functions of a deployment reserve together. */
export function reservedEnvironments({ reservedConcurrency: asked, ingest }: DeploymentConfig): number {
  if (asked === 'unreserved') return 0;
  const numbers = Object.entries(DEFAULT_CONCURRENCY)
    .filter(([name]) => ingest || name !== 'ingest')
    .map(([name, normal]) => {
      if (typeof asked === 'number') return NOT_CALLED.includes(name) ? normal : asked;
      const own = asked?.[name] ?? normal;
      return own === 'unreserved' ? 0 : own;
    });
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A model of Bedrock that a deployment asks. */
export interface UsedModel {
  readonly purpose: 'embedder' | 'generator' | 'reranker';
  readonly model: string;
  readonly region?: string | undefined;
}

/** Models of adapters whose settings name none; a generator always names one. */
const DEFAULT_MODELS: Readonly<Record<string, string>> = {
  'bedrock-titan': 'amazon.titan-embed-text-v2:0',
  bedrock: 'cohere.rerank-v3-5:0',
};

/** The models of Bedrock that a configuration asks. */
export function usedModels(config: Omit<ServedConfig, 'deploy'>): UsedModel[] {
  return (['embedder', 'generator', 'reranker'] as const).flatMap((purpose) => {
    const name = config[purpose];
    const { model, region } = config[`${purpose}Settings`] as { model?: string; region?: string };
    const asked = model ?? (purpose === 'generator' ? undefined : DEFAULT_MODELS[name]);
    return name.startsWith('bedrock') && asked !== undefined ? [{ purpose, model: asked, region }] : [];
  });
}

/** Where the deployed collections live: a bucket that exists, or one to be made. */
export type DeployedPlace = { readonly bucket: string; readonly prefix: string } | undefined;

/** Name of the deployment of a collection. */
export const deploymentName = ({ collection, deploy }: Pick<ServedConfig, 'collection' | 'deploy'>): string =>
  deploy.name ?? `srag-${collection.replaceAll('_', '-')}`.slice(0, 32).replace(/-+$/, '');

/** The settings that the CDK app takes, as JSON. */
export function infraSettings(config: ServedConfig, place: DeployedPlace, functions: string) {
  const { name: _, region: __, profile: ___, functions: ____, ...deploy } = config.deploy;
  const { collection, collections, index, mode, embedder, generator, reranker, answer } = config;
  const { keyFile, kmsKey } = config.signing;
  if (keyFile !== undefined) {
    throw new SragError(
      'INVALID_CONFIG',
      'signing.keyFile cannot be deployed: functions have no such file.',
      {
        remedy: 'Make an HMAC_256 key in AWS KMS and name its ARN in signing.kmsKey.',
        fields: { field: 'signing.keyFile' },
      },
    );
  }
  const adapter = (name: string, settings: Readonly<Record<string, unknown>>) => ({
    name,
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  });
  return {
    name: deploymentName(config),
    functions,
    ...(place === undefined ? {} : { bucket: place.bucket, prefix: place.prefix }),
    collection,
    collections,
    ...(index === undefined ? {} : { index }),
    ...(kmsKey === undefined ? {} : { signing: { kmsKey } }),
    ...(mode === 'auto' ? {} : { mode }),
    answer,
    ...(embedder === 'none' ? {} : { embedder: adapter(embedder, config.embedderSettings) }),
    ...(generator === 'extractive' ? {} : { generator: adapter(generator, config.generatorSettings) }),
    ...(reranker === 'none' ? {} : { reranker: adapter(reranker, config.rerankerSettings) }),
    ...deploy,
  };
}
