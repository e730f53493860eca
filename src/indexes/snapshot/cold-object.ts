import { crc32 } from 'node:zlib';
import { hasCode } from '../../core/index.ts';
import type { ObjectStorage, WriteCondition } from '../../io/storage/index.ts';
import type { PublishedPointer } from '../pointer.ts';
import { damaged } from './format/damage.ts';
import { HEADER_KEY, parseHeader } from './format/header.ts';
import { COLD_SCAN_BYTES, WHOLE_DIRECTORY_BYTES } from './format/layout.ts';
import { sectionBytes, segmentKey } from './format/sections.ts';

/**
 * A copy of the data that a cold start reads first, under a key that does not depend on the version. It is
 * read in parallel with the pointer and used if it belongs to the version that the pointer names. The pointer
 * alone decides what is published; a missing or outdated copy costs an additional wave of reads, but never
 * leads to a wrong answer.
 *
 * Layout: magic; generation of the pointer (u32); sizes in bytes of the header, the directory and the third
 * part (u32 each); checksum of everything after it (u32); then header, directory (empty if it is large) and
 * the third part: the codes, or the leaves if there are many codes. A single checksum is enough, because the
 * copy is always read completely.
 */
export const COLD_KEY = 'indexes/published-codes.bin';
const MAGIC = new TextEncoder().encode('SRAGCOLD');
const HEAD_BYTES = 28;
/** Maximum write attempts when publishers race. */
const ATTEMPTS = 8;

/** The parts of a cold object. */
export interface ColdParts {
  readonly generation: number;
  readonly header: Uint8Array;
  readonly directory: Uint8Array;
  /** The data that a first search scans: all codes, or the leaves. */
  readonly scanned: Uint8Array;
}

/** Parses a cold object. @throws DAMAGED_STORE */
export function decodeCold(bytes: Uint8Array): ColdParts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD_BYTES || MAGIC.some((byte, index) => bytes[index] !== byte))
    throw damaged('the copy for cold starts', 'does not begin with its magic bytes');
  const [header = 0, directory = 0, scanned = 0] = [12, 16, 20].map((at) => view.getUint32(at, true));
  if (HEAD_BYTES + header + directory + scanned !== bytes.length)
    throw damaged('the copy for cold starts', 'does not have its stated length');
  if (view.getUint32(24, true) !== crc32(bytes.subarray(HEAD_BYTES)))
    throw damaged('the copy for cold starts', 'does not match its checksum');
  const directoryAt = HEAD_BYTES + header;
  const scannedAt = directoryAt + directory;
  return {
    generation: view.getUint32(8, true),
    header: bytes.subarray(HEAD_BYTES, directoryAt),
    directory: bytes.subarray(directoryAt, scannedAt),
    scanned: bytes.subarray(scannedAt),
  };
}

/**
 * Writes the copy of a version that was just published, unless a later publication has written its own.
 * Writes nothing for a version without vectors or with very many leaves; readers then ignore the copy of an
 * older version.
 */
export async function writeColdObject(
  storage: ObjectStorage,
  collectionPrefix: string,
  versionPrefix: string,
  { generation }: PublishedPointer,
): Promise<void> {
  const { bytes: header } = await storage.read(versionPrefix + HEADER_KEY);
  const { sections } = parseHeader(header).header;
  const scanned = sectionBytes(sections.codes) <= COLD_SCAN_BYTES ? 'codes' : 'leaves';
  const scannedBytes = sectionBytes(sections[scanned]);
  if (scannedBytes === 0 || scannedBytes > COLD_SCAN_BYTES) return;
  const read = async (section: 'directory' | 'codes' | 'leaves'): Promise<Uint8Array> => {
    const parts = sections[section].map((_, segment) =>
      storage.read(versionPrefix + segmentKey(section, segment)),
    );
    return Buffer.concat((await Promise.all(parts)).map(({ bytes }) => bytes));
  };
  const hasDirectory = sectionBytes(sections.directory) <= WHOLE_DIRECTORY_BYTES;
  const directory = hasDirectory ? await read('directory') : new Uint8Array(0);
  const parts = [header, directory, await read(scanned)];
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  head.set(MAGIC);
  view.setUint32(8, generation, true);
  parts.forEach((part, index) => {
    view.setUint32(12 + 4 * index, part.length, true);
  });
  const body = Buffer.concat(parts);
  view.setUint32(24, crc32(body), true);
  const bytes = Buffer.concat([head, body]);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const condition = await conditionFor(storage, collectionPrefix + COLD_KEY, generation);
    if (condition === undefined) return;
    try {
      await storage.write(collectionPrefix + COLD_KEY, bytes, condition);
      return;
    } catch (error) {
      if (!hasCode(error, 'CONDITION_FAILED')) throw error;
    }
  }
}

/** The write condition for a copy of this generation; undefined if a later copy exists. */
async function conditionFor(
  storage: ObjectStorage,
  key: string,
  generation: number,
): Promise<WriteCondition | undefined> {
  try {
    const { bytes, etag } = await storage.read(key, { range: { offset: 0, length: HEAD_BYTES } });
    const isMark = MAGIC.every((byte, index) => bytes[index] === byte);
    const found = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(8, true);
    return isMark && found >= generation ? undefined : { ifMatch: etag };
  } catch (error) {
    if (hasCode(error, 'OBJECT_NOT_FOUND')) return { ifNoneMatch: '*' };
    throw error;
  }
}
