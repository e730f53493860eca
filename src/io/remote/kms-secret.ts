import { z } from 'zod';
import { SragError } from '../../core/index.ts';
import { AwsJsonRpc, awsRpcSettings } from './aws-json-rpc.ts';

const answerSchema = z.object({ Mac: z.base64().min(40) });
/** The text whose MAC is the secret. Use a different text for each purpose of a key. */
const MESSAGE = 'srag index signing key 1';

/**
 * Derives a secret from a key that stays in AWS KMS: the HMAC-SHA-256 of a fixed text (operation GenerateMac, key spec
 * HMAC_256). The same key always yields the same secret, so everyone who may use the key can sign and verify.
 * @throws CREDENTIALS_MISSING, ACCESS_DENIED, AWS_REFUSED, AWS_UNAVAILABLE
 */
export async function kmsSecret(
  keyId: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Uint8Array> {
  const settings = awsRpcSettings('kms', environment);
  if (settings === undefined) {
    throw new SragError(
      'CREDENTIALS_MISSING',
      'The signing key is in KMS, but the AWS region or credentials are missing.',
      {
        remedy: 'Set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      },
    );
  }
  const answer = await new AwsJsonRpc('kms', settings).call('GenerateMac', {
    KeyId: keyId,
    MacAlgorithm: 'HMAC_SHA_256',
    Message: Buffer.from(MESSAGE).toString('base64'),
  });
  const parsed = answerSchema.safeParse(answer);
  if (parsed.success) return Buffer.from(parsed.data.Mac, 'base64');
  throw new SragError('AWS_UNAVAILABLE', 'KMS answered GenerateMac without a MAC.', { cause: parsed.error });
}
