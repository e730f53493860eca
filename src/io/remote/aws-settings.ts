import { z } from 'zod';
import { loadOptionalPackage } from '../settings/index.ts';

/** Settings of every adapter of an AWS service. */
export const AWS_SETTINGS = {
  /** AWS region, for example `us-east-1`; if absent, the SDK looks it up. */
  region: z.string().min(1).optional(),
  /** Another endpoint that speaks the same protocol (a VPC endpoint, a test server). */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  /** Credentials; if absent, the SDK looks them up (environment, profile, role). */
  credentials: z
    .strictObject({
      accessKeyId: z.string().min(1),
      secretAccessKey: z.string().min(1),
      sessionToken: z.string().min(1).optional(),
    })
    .optional(),
  /** Profile of the shared AWS configuration. */
  profile: z.string().min(1).optional(),
} as const;

const schema = z.object(AWS_SETTINGS);
/** @see AWS_SETTINGS */
export type AwsSettings = z.output<typeof schema>;

/** Creates an HTTP/1.1 handler. Other endpoints may lack HTTP/2, the default of the Bedrock client. */
async function http1Handler() {
  const { NodeHttpHandler } = await loadOptionalPackage(
    '@smithy/node-http-handler',
    "Setting 'endpoint'",
    () => import('@smithy/node-http-handler'),
  );
  return new NodeHttpHandler();
}

/** Options of an AWS client. It sends one request per call, because srag does the retries. */
export async function awsClientOptions(settings: AwsSettings) {
  const { region, endpoint, credentials, profile } = settings;
  return {
    maxAttempts: 1,
    region,
    profile,
    ...(endpoint === undefined ? {} : { endpoint, requestHandler: await http1Handler() }),
    credentials: credentials && { ...credentials },
  };
}
