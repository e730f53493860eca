import { z } from 'zod';
import { SragError } from '../../core/index.ts';
import type { AwsCredentials } from '../../io/aws/index.ts';
import { parseSettings } from '../../io/settings/index.ts';
import type { IndexServers } from '../port.ts';

/** Settings of the kind `s3-vectors`. */
export const s3VectorsSettingsSchema = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/)
    .describe('Vector bucket of Amazon S3 Vectors; it must exist.'),
  region: z.string().min(1).optional().describe('AWS region of the vector bucket. Default: AWS_REGION.'),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('URL of a server other than Amazon S3 Vectors.'),
  timeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(5_000)
    .describe(
      'Maximum time without data from the service during a search. Too low: slow searches fail. Too high: a silent service delays the answer.',
    ),
  attempts: z
    .int()
    .min(1)
    .max(20)
    .default(4)
    .describe('Maximum attempts of a request that fails temporarily or is throttled.'),
});

/** Checked settings with region and credentials. */
export type S3VectorsSettings = Readonly<z.output<typeof s3VectorsSettingsSchema>> & {
  readonly region: string;
  readonly credentials: AwsCredentials;
};

/**
 * The vector bucket of the kind `s3-vectors`.
 * @throws INVALID_CONFIG, UNKNOWN_CONFIG_KEY, CREDENTIALS_MISSING
 */
export function s3VectorsSettings(servers: IndexServers | undefined): S3VectorsSettings {
  const given = servers?.settings['s3-vectors'];
  if (given === undefined) {
    throw new SragError('INVALID_CONFIG', 'No vector bucket is configured.', {
      remedy: 'Set s3Vectors.bucket in the configuration file, or SRAG_S3_VECTORS_BUCKET.',
      fields: { path: 's3Vectors.bucket' },
    });
  }
  const settings = parseSettings(s3VectorsSettingsSchema, given, "index kind 's3-vectors'");
  const region = settings.region ?? servers?.aws?.region;
  const credentials = servers?.aws?.credentials;
  if (region !== undefined && credentials !== undefined) return { ...settings, region, credentials };
  throw new SragError(
    'CREDENTIALS_MISSING',
    `Requests to Amazon S3 Vectors are signed, but ${credentials === undefined ? 'no AWS credentials are' : 'no region is'} set.`,
    {
      remedy:
        'Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, for example with: eval "$(aws configure export-credentials --format env)".',
    },
  );
}
