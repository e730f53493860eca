import { z } from 'zod';
import { deployedOpenSearch, deployedS3Vectors } from './deployed-servers-schema.ts';

const concurrency = z.union([z.int().min(1), z.literal('unreserved')]);
const email = z.email();

/** Authentication of callers, discriminated by `kind`. */
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

/** Key `deploy` of the configuration: settings of `srag deploy`. */
export const deploymentSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/)
    .optional()
    .describe('Name of stack and resources; default: srag-COLLECTION.'),
  functions: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of the built functions; default: the functions included in srag.'),
  region: z
    .string()
    .min(1)
    .optional()
    .describe("AWS region; default: from AWS's standard variables and profile."),
  profile: z.string().min(1).optional().describe('Profile of the shared AWS configuration.'),
  engine: z
    .enum(['snapshot', 'lancedb'])
    .default('snapshot')
    .describe('snapshot: small bundles for snapshot indexes. lancedb: every index kind, slower cold starts.'),
  opensearch: deployedOpenSearch.optional(),
  s3Vectors: deployedS3Vectors.optional(),
  auth: auth.default({ kind: 'iam' }).describe('Authentication of callers: iam, api-key, jwt or none.'),
  corsOrigins: z.array(z.string().min(1)).default([]).describe('Origins of web pages that may call the API.'),
  waf: z
    .union([z.boolean(), z.strictObject({ requestsPer5Minutes: z.int().min(10).optional() })])
    .default(false)
    .describe('A web application firewall.'),
  kms: z
    .union([z.boolean(), z.string().startsWith('arn:')])
    .default(false)
    .describe('Customer managed KMS key: true creates one, an ARN names an existing one.'),
  versioned: z.boolean().default(false).describe('Keep old versions of objects for 30 days.'),
  reservedConcurrency: z
    .union([concurrency, z.record(z.string(), concurrency)])
    .optional()
    .describe(
      'Maximum concurrent environments of a function: one number that applies to each function that serves requests, an object with a number per function, or unreserved.',
    ),
  provisionedConcurrency: z
    .record(z.string(), z.int().min(1))
    .optional()
    .describe(
      'Number of environments kept initialised, by function, for example {"retrieve": 2}; each is billed for the whole month.',
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
    .describe('Scheduled warm-up; false disables it.'),
  ingest: z.boolean().default(true).describe('Ingest documents that are uploaded to the bucket.'),
  ingestStorageMb: z
    .int()
    .min(512)
    .max(10_240)
    .optional()
    .describe(
      'Megabytes of /tmp for the ingest function; the default depends on the size of the collection.',
    ),
  switches: z.record(z.string(), z.string()).default({}).describe('Initial values of run-time switches.'),
  logRetentionDays: z.int().min(1).default(30).describe('Retention of logs in days.'),
  logText: z.boolean().default(false).describe('Whether questions and answers are logged.'),
  metrics: z
    .enum(['all', 'essential', 'none'])
    .default('essential')
    .describe(
      'Which values become CloudWatch metrics. Each metric is billed monthly; the log always contains all values.',
    ),
  apiGatewayLogRole: z
    .boolean()
    .default(true)
    .describe("Whether to set the region's role for API Gateway logs; use false if another stack sets it."),
  canary: z
    .union([z.literal(false), z.strictObject({ everyMinutes: z.int().min(1).max(60).optional() })])
    .optional()
    .describe(
      'A CloudWatch Synthetics canary that asks a question every 5 minutes (or everyMinutes). Not available with auth jwt.',
    ),
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
    .describe('Alarms and their recipient; false disables them.'),
  budget: z
    .strictObject({ usdPerMonth: z.number().positive(), email })
    .optional()
    .describe('Emails at 50, 80 and 100 % of a monthly budget.'),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags of every resource.'),
});

/** A deployment's settings with defaults. */
export type DeploymentConfig = z.output<typeof deploymentSchema>;

/**
 * Dotted configuration keys whose objects are atomic: a source of higher precedence replaces the entire
 * object.
 */
export const DEPLOYMENT_VALUES: readonly string[] = [
  'auth',
  'waf',
  'warmup',
  'alarms',
  'canary',
  'budget',
  'reservedConcurrency',
  'provisionedConcurrency',
  'opensearch',
  's3Vectors',
  'switches',
  'tags',
].map((key) => `deploy.${key}`);
