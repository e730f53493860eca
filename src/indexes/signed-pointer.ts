import { type PublishedPointer, parsePointer } from './pointer.ts';
import type { SigningKey, SigningKeySource } from './signing-key.ts';

/** Returns the pointer with a signature over its other fields and the collection's prefix. */
export const signedPointer = (
  pointer: PublishedPointer,
  collectionPrefix: string,
  key: SigningKey,
): PublishedPointer => ({
  ...pointer,
  signature: Buffer.from(key.sign('pointer', signedText(pointer, collectionPrefix))).toString('base64'),
});

/**
 * Parses a pointer and, if a key is given, verifies its signature. Older pointers have valid signatures, too:
 * only a reader that has seen a newer pointer can detect that an older one was restored.
 * @throws DAMAGED_STORE, INDEX_SIGNATURE_MISSING, INDEX_SIGNATURE_INVALID
 */
export async function verifyPointer(
  bytes: Uint8Array,
  key: string,
  collectionPrefix: string,
  signing: SigningKeySource | undefined,
): Promise<PublishedPointer> {
  const pointer = parsePointer(bytes, key);
  if (signing === undefined) return pointer;
  const signature = pointer.signature === undefined ? undefined : Buffer.from(pointer.signature, 'base64');
  (await signing()).check(signature, `'${key}'`, 'pointer', signedText(pointer, collectionPrefix));
  return pointer;
}

/** Serialises all fields of a pointer in a fixed order, as JSON. */
function signedText(pointer: PublishedPointer, collectionPrefix: string): Uint8Array {
  const { formatVersion, generation, writer, version, kind, publishedAt, previous, opening } = pointer;
  const values = [
    formatVersion,
    generation,
    writer,
    version,
    kind,
    publishedAt,
    previous?.version,
    previous?.kind,
    opening,
  ];
  return Buffer.from(JSON.stringify([collectionPrefix, ...values]));
}
