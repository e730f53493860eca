import { z } from 'zod';
import { SragError } from '../../core/index.ts';
import { AwsJsonRpc, awsRpcSettings } from './aws-json-rpc.ts';

const answerSchema = z.object({ Mac: z.base64().min(40) });
/** What the secret is the MAC of: another purpose of the same key needs another text. */
const MESSAGE = 'srag index signing key 1';

/**
 * A secret that is derived from a key which stays in AWS KMS: its HMAC-SHA-256 of a fixed text (operation GenerateMac; the
 * key's spec is HMAC_256). Always the same for the same key, so that who may use the key can sign and check.
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
      'The signing key is in KMS, and there is no region or no AWS key.',
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
