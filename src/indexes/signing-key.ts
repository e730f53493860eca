import { createHmac, timingSafeEqual } from 'node:crypto';
import { SragError } from '../core/index.ts';

/** Minimum length of a secret; shorter ones can be guessed. */
const MIN_CHARACTERS = 32;

/**
 * The secret used to sign and verify index versions: without it, a process can neither sign nor read them.
 * Signatures depend on their purpose, so that one cannot be reused for another.
 */
export class SigningKey {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** Creates a key from a text of at least 32 characters after trimming. @throws INVALID_CONFIG */
  static fromText(text: string, name: string): SigningKey {
    const secret = text.trim();
    if (secret.length >= MIN_CHARACTERS) return new SigningKey(Buffer.from(secret));
    throw new SragError(
      'INVALID_CONFIG',
      `${name} has ${secret.length} characters: too few for a signing key.`,
      {
        remedy: `Use at least ${MIN_CHARACTERS} random characters, for example the output of: openssl rand -hex 32`,
        fields: { field: name },
      },
    );
  }

  sign(purpose: string, ...parts: readonly Uint8Array[]): Uint8Array {
    const hmac = createHmac('sha256', this.#secret).update(`srag 1 ${purpose}\0`);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  }

  /**
   * Verifies a signature in constant time.
   * @throws INDEX_SIGNATURE_MISSING, INDEX_SIGNATURE_INVALID
   */
  check(
    signature: Uint8Array | undefined,
    what: string,
    purpose: string,
    ...parts: readonly Uint8Array[]
  ): void {
    if (signature === undefined) throw unsigned(what);
    const own = this.sign(purpose, ...parts);
    if (signature.length !== own.length || !timingSafeEqual(own, signature)) throw this.refusal(what);
  }

  /** The error for data whose signature does not match this key. */
  refusal(what: string): SragError {
    return new SragError('INDEX_SIGNATURE_INVALID', `${what} is not signed with the configured key.`, {
      remedy:
        'It was changed, or another key is configured. Check the key; then build and publish the index again.',
    });
  }
}

/** Returns the key. It is read only when needed, because a service may have to derive it. */
export type SigningKeySource = () => Promise<SigningKey>;

/** Reads a key once; a failed read is retried by the next caller. */
export function signingKeySource(read: () => Promise<SigningKey>): SigningKeySource {
  let key: Promise<SigningKey> | undefined;
  return () => {
    key ??= read().catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };
}

const unsigned = (what: string): SragError =>
  new SragError(
    'INDEX_SIGNATURE_MISSING',
    `${what} is not signed, and this reader opens only signed indexes.`,
    {
      remedy: 'Build and publish the index again where the signing key is configured.',
    },
  );
