import { crc32 } from 'node:zlib';
import { SragError } from '../../../core/index.ts';
import type { SigningKey } from '../../signing-key.ts';
import { areTableSizes, checkHeader, checkTables } from './check-header.ts';
import { damaged } from './damage.ts';
import type { SnapshotHeader, SnapshotOpening } from './opening.ts';

export const HEADER_KEY = 'header.bin';
/** Major version of unsigned headers. */
export const FORMAT_MAJOR = 1;
/**
 * Major version of signed indexes: the header ends in a signature, and all units have keyed checksums.
 * Readers refuse higher versions.
 */
const SIGNED_MAJOR = 2;
/** Size of an HMAC-SHA-256 signature. */
const SIGNATURE_BYTES = 32;
/** A higher minor version only adds data that older readers may ignore. */
const FORMAT_MINOR = 0;
const MAGIC = new TextEncoder().encode('SRAGSNAP');
const FIXED_BYTES = 24;

/** The signing key, and the version's prefix, which is signed so that one version cannot replace another. */
export interface HeaderSigning {
  readonly key: SigningKey;
  readonly prefix: string;
}

/**
 * Encodes the fixed part (magic, version, sizes, checksum), JSON, mean, symbols, bucket sizes and, with a
 * key, the signature.
 */
export function encodeHeader(
  { header, mean, symbols, bucketBytes }: SnapshotOpening,
  signing?: HeaderSigning,
): Uint8Array {
  const signatureBytes = signing === undefined ? 0 : SIGNATURE_BYTES;
  const json = new TextEncoder().encode(
    JSON.stringify({
      ...header,
      tables: { mean: mean.length, symbols: symbols.length, buckets: bucketBytes.length },
    }),
  );
  const bytes = new Uint8Array(
    FIXED_BYTES + json.length + 4 * mean.length + symbols.length + 4 * bucketBytes.length + signatureBytes,
  );
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(8, signing === undefined ? FORMAT_MAJOR : SIGNED_MAJOR, true);
  view.setUint16(10, FORMAT_MINOR, true);
  view.setUint32(12, json.length, true);
  view.setUint32(16, bytes.length, true);
  bytes.set(json, FIXED_BYTES);
  let at = FIXED_BYTES + json.length;
  for (const value of mean) {
    view.setFloat32(at, value, true);
    at += 4;
  }
  bytes.set(symbols, at);
  at += symbols.length;
  for (const size of bucketBytes) {
    view.setUint32(at, size, true);
    at += 4;
  }
  if (signing !== undefined) bytes.set(signatureOf(bytes, signing), at);
  view.setUint32(20, checksumOf(bytes), true);
  return bytes;
}

/**
 * Parses a header; with `signing`, its signature must be valid.
 * @throws DAMAGED_STORE; UNSUPPORTED_FORMAT for a newer major version; INDEX_SIGNATURE_MISSING,
 * INDEX_SIGNATURE_INVALID, INDEX_SIGNATURE_KEY_MISSING.
 */
export function decodeHeader(bytes: Uint8Array, signing?: HeaderSigning): SnapshotOpening {
  const opening = parseHeader(bytes);
  const signature = opening.signatureBytes > 0 ? bytes.subarray(-SIGNATURE_BYTES) : undefined;
  if (signing !== undefined)
    signing.key.check(signature, 'The index version', 'header', ...signedParts(bytes, signing));
  else if (signature !== undefined) throw keyMissing();
  return opening;
}

/** Parses a header without verifying its signature. */
export function parseHeader(bytes: Uint8Array): SnapshotOpening & { readonly signatureBytes: number } {
  if (bytes.length < FIXED_BYTES || MAGIC.some((byte, index) => bytes[index] !== byte))
    throw damaged('the header', 'does not begin with the magic bytes of a snapshot index');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = view.getUint16(8, true);
  if (major > SIGNED_MAJOR) throw unsupported(major);
  const signatureBytes = major === SIGNED_MAJOR ? SIGNATURE_BYTES : 0;
  if (view.getUint32(16, true) !== bytes.length || view.getUint32(20, true) !== checksumOf(bytes))
    throw damaged('the header', 'does not match its checksum');
  const jsonEnd = FIXED_BYTES + view.getUint32(12, true);
  let parsed: SnapshotHeader & { readonly tables?: unknown };
  try {
    parsed = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(FIXED_BYTES, jsonEnd)),
    );
  } catch (cause) {
    throw damaged('the header', 'is not JSON', cause);
  }
  const { tables, ...header } = parsed ?? {};
  checkHeader(header);
  if (
    !areTableSizes(tables) ||
    jsonEnd + 4 * tables.mean + tables.symbols + 4 * tables.buckets + signatureBytes !== bytes.length
  )
    throw damaged('the header', 'has tables of the wrong size');
  const symbolsAt = jsonEnd + 4 * tables.mean;
  const bucketsAt = symbolsAt + tables.symbols;
  const opening = {
    signatureBytes,
    header,
    mean: Float32Array.from({ length: tables.mean }, (_, index) =>
      view.getFloat32(jsonEnd + 4 * index, true),
    ),
    symbols: bytes.slice(symbolsAt, bucketsAt),
    bucketBytes: Uint32Array.from({ length: tables.buckets }, (_, index) =>
      view.getUint32(bucketsAt + 4 * index, true),
    ),
  };
  checkTables(opening);
  return opening;
}

const keyMissing = (): SragError =>
  new SragError(
    'INDEX_SIGNATURE_KEY_MISSING',
    'The index version is signed, and no signing key is configured.',
    {
      remedy: 'Set SRAG_SIGNING_KEY, or signing.keyFile or signing.kmsKey in the configuration.',
    },
  );

const unsupported = (major: number): SragError =>
  new SragError(
    'UNSUPPORTED_FORMAT',
    `The snapshot index has format version ${major}; this version of srag reads up to ${SIGNED_MAJOR}.`,
    { remedy: 'Update srag, or build the index again with this version.', fields: { major } },
  );

/** The signed data: the version's prefix and the header without its checksum and signature. */
const signedParts = (bytes: Uint8Array, { prefix }: HeaderSigning): Uint8Array[] => [
  Buffer.from(`${prefix}\0`),
  bytes.subarray(0, 20),
  bytes.subarray(FIXED_BYTES, -SIGNATURE_BYTES),
];

const signatureOf = (bytes: Uint8Array, signing: HeaderSigning): Uint8Array =>
  signing.key.sign('header', ...signedParts(bytes, signing));

function checksumOf(bytes: Uint8Array): number {
  return crc32(bytes.subarray(FIXED_BYTES), crc32(bytes.subarray(0, 20)));
}
