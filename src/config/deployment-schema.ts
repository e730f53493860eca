import { z } from 'zod';

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
