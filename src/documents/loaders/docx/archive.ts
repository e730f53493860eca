import { inflateRawSync } from 'node:zlib';
import { SragError } from '../../../core/index.ts';
import { damaged, tooLarge } from '../faults.ts';

const END_RECORD = 0x06054b50;
const END_RECORD_64 = 0x06064b50;
const END_LOCATOR_64 = 0x07064b50;
const CENTRAL_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_RECORD_BYTES = 22;
const END_LOCATOR_BYTES = 20;
const MAX_COMMENT_BYTES = 65_535;
const EXTRA_64 = 1;
/** Value of a 32-bit field whose actual value is in a ZIP64 field. */
const ELSEWHERE = 0xffff_ffff;
const MAX_ENTRIES = 10_000;
const MIN_CHUNK_BYTES = 16_384;
/** Signature of Compound File Binary, the container of password-protected Office documents. */
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0];

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  /** Decompressed size as stated by the archive. */
  readonly claimedBytes: number;
  /** Offset of the entry's local header. */
  readonly offset: number;
}

/**
 * A ZIP archive that decompresses entries on demand, up to `maxBytes` in total. The parser reads only through
 * this class, so false sizes and counts in the archive do no harm. Source of the layout: PKWARE APPNOTE 4.3.
 */
export class Archive {
  readonly #data: Buffer;
  readonly #maxBytes: number;
  readonly #entries: ReadonlyMap<string, Entry>;
  #bytes = 0;

  /** @throws FILE_ENCRYPTED, FILE_DAMAGED, UNSUPPORTED_FORMAT, FILE_TOO_COSTLY */
  constructor(bytes: Uint8Array, maxBytes: number) {
    this.#data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#maxBytes = maxBytes;
    refuseCompoundFile(this.#data);
    // If entries have the same name, the last one is used, as in other ZIP readers.
    this.#entries = new Map(inBounds(() => entriesOf(this.#data)).map((entry) => [keyOf(entry.name), entry]));
  }

  has(name: string): boolean {
    return this.#entries.has(keyOf(name));
  }

  /** The content of an entry; every read counts towards the limit. @throws FILE_DAMAGED, FILE_TOO_LARGE */
  read(name: string): Buffer {
    const entry = this.#entries.get(keyOf(name));
    if (entry === undefined) throw damaged(`The archive contains no ${name}.`);
    const content = inBounds(() => unpacked(this.#data, entry, this.#maxBytes - this.#bytes, this.#maxBytes));
    this.#bytes += content.length;
    return content;
  }
}

/** Part names are case-insensitive (ECMA-376 part 2, 6.2.2.3); some programs write `\\` between folders. */
const keyOf = (name: string): string => name.replaceAll('\\', '/').replace(/^\//, '').toLowerCase();

function refuseCompoundFile(data: Buffer): void {
  if (!COMPOUND_FILE.every((byte, index) => data[index] === byte)) return;
  if (data.includes(Buffer.from('EncryptedPackage', 'utf16le'))) throw encrypted();
  throw new SragError('UNSUPPORTED_FORMAT', 'The file is in the old binary format of Word (.doc).', {
    remedy: 'Save it as .docx.',
  });
}

/** The entries of the directory up to its end, ignoring its stated count. */
function entriesOf(data: Buffer): Entry[] {
  const entries: Entry[] = [];
  const { start, shift } = directoryOf(data);
  let position = start;
  while (position + 4 <= data.length && data.readUInt32LE(position) === CENTRAL_ENTRY) {
    if (entries.length === MAX_ENTRIES) throw tooManyEntries();
    if ((data.readUInt16LE(position + 8) & 1) !== 0) throw encrypted();
    const nameBytes = data.readUInt16LE(position + 28);
    const extraBytes = data.readUInt16LE(position + 30);
    const name = data.toString('utf8', position + 46, position + 46 + nameBytes);
    const extra = data.subarray(position + 46 + nameBytes, position + 46 + nameBytes + extraBytes);
    const [packedBytes, claimedBytes, offset] = sizesOf(data, position, extra);
    entries.push({
      name,
      method: data.readUInt16LE(position + 10),
      packedBytes,
      claimedBytes,
      offset: offset + shift,
    });
    position += 46 + nameBytes + extraBytes + data.readUInt16LE(position + 32);
  }
  if (entries.length === 0) throw damaged('The directory of the ZIP archive is empty or damaged.');
  return entries;
}

/** Start of the directory, and the number of bytes before the archive, by which all offsets are shifted. */
function directoryOf(data: Buffer): { readonly start: number; readonly shift: number } {
  const end = data.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  const isWhole = end >= 0 && data.length - end >= END_RECORD_BYTES;
  if (
    !isWhole ||
    end < data.length - END_RECORD_BYTES - MAX_COMMENT_BYTES ||
    data.readUInt32LE(end) !== END_RECORD
  ) {
    throw damaged(
      `The file is not a complete ZIP archive: no directory was found in its ${data.length} bytes.`,
    );
  }
  const offset = data.readUInt32LE(end + 16);
  if (offset !== ELSEWHERE) {
    const start = end - data.readUInt32LE(end + 12);
    // If the directory is not where its stated size implies, use its stated offset.
    const isThere = start >= 0 && start + 4 <= end && data.readUInt32LE(start) === CENTRAL_ENTRY;
    return isThere ? { start, shift: start - offset } : { start: offset, shift: 0 };
  }
  const locator = end - END_LOCATOR_BYTES;
  if (locator < 0 || data.readUInt32LE(locator) !== END_LOCATOR_64)
    throw damaged('The ZIP64 directory is missing.');
  const record = Number(data.readBigUInt64LE(locator + 8));
  if (data.readUInt32LE(record) !== END_RECORD_64) throw damaged('The ZIP64 directory is damaged.');
  return { start: Number(data.readBigUInt64LE(record + 48)), shift: 0 };
}

/** Compressed size, size and offset of an entry: its 32-bit fields, or its ZIP64 field if they do not fit. */
function sizesOf(data: Buffer, position: number, extra: Buffer): readonly [number, number, number] {
  const [packed, unpackedSize, offset] = [20, 24, 42].map((at) => data.readUInt32LE(position + at)) as [
    number,
    number,
    number,
  ];
  if (packed !== ELSEWHERE && offset !== ELSEWHERE) return [packed, unpackedSize, offset];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== EXTRA_64) continue;
    let next = at + 4;
    const wide = (value: number): number => {
      if (value !== ELSEWHERE) return value;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    };
    const size = wide(unpackedSize);
    return [wide(packed), size, wide(offset)];
  }
  throw damaged('The ZIP64 sizes of an entry of the ZIP archive are missing.');
}

function unpacked(
  data: Buffer,
  { name, method, packedBytes, claimedBytes, offset }: Entry,
  remainingBytes: number,
  maxBytes: number,
): Buffer {
  if (data.readUInt32LE(offset) !== LOCAL_ENTRY)
    throw damaged(`The archive's ${name} is not where its directory says.`);
  const start = offset + 30 + data.readUInt16LE(offset + 26) + data.readUInt16LE(offset + 28);
  const body = data.subarray(start, start + packedBytes);
  if (body.length < packedBytes) throw damaged(`The archive's ${name} is truncated.`);
  if (method !== 0 && method !== 8)
    throw damaged(`The archive's ${name} is compressed by an unknown method (${method}).`);
  if (method === 0 && body.length <= remainingBytes) return body;
  try {
    // A single buffer of the stated size avoids a copy if the stated size is correct.
    const chunkSize = Math.max(MIN_CHUNK_BYTES, Math.min(claimedBytes + 1, remainingBytes));
    if (method === 8)
      return inflateRawSync(body, { maxOutputLength: Math.max(1, remainingBytes), chunkSize });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE')
      throw damaged(`The archive's ${name} cannot be decompressed.`, error);
  }
  throw tooLarge(`The decompressed archive (up to ${name})`, maxBytes + 1, maxBytes, 'maxFileBytes');
}

/** Converts range errors for offsets outside the file to FILE_DAMAGED. */
function inBounds<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError)
      throw damaged('The ZIP archive contains an offset outside the file.', error);
    throw error;
  }
}

const encrypted = (): SragError =>
  new SragError('FILE_ENCRYPTED', 'The document is protected by a password.', {
    remedy: 'Save a copy without a password, and ingest that copy.',
  });

const tooManyEntries = (): SragError =>
  new SragError('FILE_TOO_COSTLY', `The ZIP archive has more than ${MAX_ENTRIES} entries.`, {
    remedy: 'Save the document again, or leave it out (--exclude).',
    fields: { limit: MAX_ENTRIES },
  });
