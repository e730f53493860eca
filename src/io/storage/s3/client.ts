import type { S3Client } from '@aws-sdk/client-s3';
import { afterPause, SragError } from '../../../core/index.ts';
import type { S3Settings } from '../location.ts';

/** The SDK's S3 module. */
export type S3Module = typeof import('@aws-sdk/client-s3');

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_ATTEMPTS = 4;
const CONNECT_MS = 5_000;
const CONNECTIONS = 64;

/** Loads the AWS SDK's S3 client. @throws MISSING_PACKAGE if it is not installed. */
export async function loadS3(): Promise<S3Module> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (cause) {
    throw new SragError(
      'MISSING_PACKAGE',
      'Locations on S3 need the package @aws-sdk/client-s3, which is not installed.',
      {
        remedy: 'npm install @aws-sdk/client-s3',
        fields: { packages: ['@aws-sdk/client-s3'] },
        cause,
      },
    );
  }
}

/** Creates a client with timeouts and jittered retries (the SDK's standard mode). */
export function makeClient({ S3Client }: S3Module, settings: S3Settings): S3Client {
  const timeoutMs = settings.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  const agent = { keepAlive: true, maxSockets: CONNECTIONS };
  const region = settings.region ?? (settings.endpoint === undefined ? undefined : 'us-east-1');
  const client = new S3Client({
    retryMode: 'standard',
    maxAttempts: settings.maxAttempts ?? DEFAULT_ATTEMPTS,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      // Also aborts responses whose body stalls.
      socketTimeout: timeoutMs,
      socketAcquisitionWarningTimeout: 600_000,
      httpAgent: agent,
      httpsAgent: agent,
    },
    forcePathStyle: settings.forcePathStyle ?? settings.endpoint !== undefined,
    region,
    credentials: settings.credentials,
    // Some other S3 servers reject the SDK's default checksums.
    ...(settings.endpoint === undefined
      ? {}
      : {
          endpoint: settings.endpoint,
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
        }),
  });
  // After a pause, closes all connections, which may be dead. The next request opens new ones.
  afterPause(client, (paused) => paused.destroy());
  return client;
}
