import { z } from 'zod';

const https = z.url({ protocol: /^https$/ }).refine((text) => {
  const { username, search, hash } = new URL(text);
  return username + search + hash === '';
}, 'must have no user, query or fragment');

/** ARN of a resource of one service, for example of a domain. */
const arn = (service: string, type: string) =>
  z
    .string()
    .regex(
      new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${type}/[a-z0-9-]+$`),
      `must be an ARN of the form arn:aws:${service}:REGION:ACCOUNT:${type}/NAME`,
    );

/** A dynamic reference, which CloudFormation resolves without writing the secret to the template. */
const secret = z
  .string()
  .regex(
    /^\{\{resolve:secretsmanager:[^}]+\}\}$/,
    'must be {{resolve:secretsmanager:NAME:SecretString:KEY}}, because the template is not secret',
  );

/** Existing servers by the keys that only they have, and new ones by `create`. */
const OPENSEARCH = {
  domain: z.strictObject({ domainArn: arn('es', 'domain'), url: https.optional() }),
  collection: z.strictObject({
    collectionArn: arn('aoss', 'collection'),
    collectionName: z
      .string()
      .regex(/^[a-z][a-z0-9-]{2,31}$/, 'must be the name of a collection of OpenSearch Serverless'),
    url: https.optional(),
  }),
  server: z.strictObject({
    url: https,
    username: z.string().min(1).optional(),
    password: secret.optional(),
  }),
  newDomain: z.strictObject({
    create: z.literal('domain'),
    instanceType: z.string().min(1).optional(),
    instances: z.int().min(1).max(10).optional(),
    volumeGb: z.int().min(10).max(2_048).optional(),
  }),
  newCollection: z.strictObject({
    create: z.literal('serverless'),
    minOcu: z.int().min(0).max(1_696).optional(),
    maxOcu: z.int().min(2).max(1_696).optional(),
  }),
};

/** The variant that a value means, so that its errors name a key instead of all variants. */
function variantOf(value: object): z.ZodType {
  if ('domainArn' in value) return OPENSEARCH.domain;
  if ('collectionArn' in value) return OPENSEARCH.collection;
  if (!('create' in value)) return OPENSEARCH.server;
  return value.create === 'serverless' ? OPENSEARCH.newCollection : OPENSEARCH.newDomain;
}

/** Key `deploy.opensearch`. */
export const deployedOpenSearch = z
  .union(Object.values(OPENSEARCH), {
    error: ({ input }) => {
      if (typeof input !== 'object' || input === null) return 'must be an object';
      const [issue] = variantOf(input).safeParse(input).error?.issues ?? [];
      return issue && [issue.path.join('.'), issue.message].filter((part) => part !== '').join(': ');
    },
  })
  .describe(
    'OpenSearch server of the functions: domainArn and url; collectionArn and collectionName; url; or create: domain or serverless.',
  );

/** A server that functions use. */
export type DeployedOpenSearch = z.output<typeof deployedOpenSearch>;

/** Key `deploy.s3Vectors`. */
export const deployedS3Vectors = z
  .union(
    [
      z.strictObject({
        bucket: z.union([z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/), arn('s3vectors', 'bucket')]),
      }),
      z.strictObject({ create: z.literal(true) }),
    ],
    { error: () => 'must be {"bucket": name or ARN of a vector bucket} or {"create": true}' },
  )
  .describe('Vector bucket of the functions: bucket (name or ARN), or create: true.');
