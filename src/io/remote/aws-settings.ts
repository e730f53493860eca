import { z } from 'zod';
import { loadOptionalPackage } from '../settings/index.ts';

/** Settings that every adapter of an AWS service takes. */
export const AWS_SETTINGS = {
  /** AWS region, for example `us-east-1`; the SDK's own lookup where absent. */
  region: z.string().min(1).optional(),
  /** Another endpoint that speaks the same protocol (a VPC endpoint, a test server). */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  /** Credentials; the SDK's own chain (environment, profile, role) where absent. */
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

/** HTTP/1.1, for endpoints that do not speak the HTTP/2 that the Bedrock client starts with. */
async function http1Handler() {
  const { NodeHttpHandler } = await loadOptionalPackage(
    '@smithy/node-http-handler',
    "Setting 'endpoint'",
    () => import('@smithy/node-http-handler'),
  );
  return new NodeHttpHandler();
}

/** Options of an AWS client made from settings; one request a call, for the retries are srag's. */
export async function awsClientOptions(settings: AwsSettings) {
  const { region, endpoint, credentials, profile } = settings;
  return {
    maxAttempts: 1,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint, requestHandler: await http1Handler() }),
    ...(credentials === undefined
      ? {}
      : {
          credentials: {
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey,
            ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
          },
        }),
  };
}
