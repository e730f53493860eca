import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, SragError } from '../core/index.ts';
import { SigningKey, type SigningKeySource, signingKeySource } from '../indexes/index.ts';
import { kmsSecret } from '../io/remote/index.ts';
import type { Environment } from './environment.ts';
import type { Config } from './schema.ts';

/**
 * The key that signs index versions: from SRAG_SIGNING_KEY or `signing.keyFile`, or derived by AWS KMS. It is
 * read on first use. Undefined if no key is configured.
 * @throws INVALID_CONFIG if more than one is configured
 */
export function signingKeyOf(
  { keyFile, kmsKey }: Config['signing'],
  environment: Environment,
  cwd: string,
): SigningKeySource | undefined {
  const text = environment.SRAG_SIGNING_KEY;
  const sources = [text, keyFile, kmsKey].filter((source) => source !== undefined);
  if (sources.length === 0) return undefined;
  if (sources.length > 1) {
    throw new SragError('INVALID_CONFIG', 'More than one signing key is configured.', {
      remedy: 'Set one of SRAG_SIGNING_KEY, signing.keyFile and signing.kmsKey.',
      fields: { field: 'signing' },
    });
  }
  return signingKeySource(async () => {
    if (kmsKey !== undefined) return new SigningKey(await kmsSecret(kmsKey, environment));
    if (keyFile === undefined) return SigningKey.fromText(text!, 'SRAG_SIGNING_KEY');
    return SigningKey.fromText(await keyText(resolve(cwd, keyFile)), 'signing.keyFile');
  });
}

async function keyText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SragError(
      'INVALID_CONFIG',
      `The signing key cannot be read from ${path}: ${messageOf(cause)}.`,
      {
        remedy: 'Check signing.keyFile.',
        fields: { field: 'signing.keyFile', path },
        cause,
      },
    );
  }
}
