import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment, Workspace } from '../../config/index.ts';
import { SragError } from '../../core/index.ts';
import { awsOrigin } from '../../io/remote/index.ts';

/**
 * The signing key as variables of local functions.
 * @throws UNSUPPORTED for a KMS key, which they cannot reach
 */
export function signingVariables(
  { config: { signing }, place }: Workspace,
  environment: Environment,
): Record<string, string> {
  const { keyFile, kmsKey } = signing;
  const text = environment.SRAG_SIGNING_KEY ?? (keyFile && readFileSync(resolve(keyFile), 'utf8'));
  if (text !== undefined) return { SRAG_SIGNING_KEY: text };
  if (kmsKey === undefined) return {};
  if (place.location.kind === 's3')
    return {
      SRAG_SIGNING_KMS_KEY: kmsKey,
      AWS_ENDPOINT_URL_KMS: environment.AWS_ENDPOINT_URL_KMS ?? awsOrigin('kms', `${environment.AWS_REGION}`),
    };
  throw new SragError('UNSUPPORTED', 'Functions on this machine cannot reach KMS.', {
    remedy: 'Use srag serve --in-process, or a location on S3.',
    fields: { field: 'signing.kmsKey' },
  });
}
