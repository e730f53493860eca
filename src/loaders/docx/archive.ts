import { inflateRawSync } from 'node:zlib';
import { SragError } from '../../core/index.ts';
import { damaged, tooLarge } from '../faults.ts';

const END_RECORD = 0x06054b50;
const CENTRAL_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_RECORD_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
/** The container that Office writes for documents with a password: Compound File Binary, not ZIP. */
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0];

/**
 * Checks, before a parser unpacks it, that a DOCX file is a whole ZIP archive without encryption whose XML parts
 * stay under `maxBytes` together when they are really decompressed (what the archive declares may lie).
 * Source of the layout: PKWARE APPNOTE 4.3.
 * @throws FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE
 */
export function checkArchive(bytes: Uint8Array, maxBytes: number): void {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (COMPOUND_FILE.every((byte, index) => data[index] === byte)) {
    const isEncrypted = data.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    if (isEncrypted) throw encrypted();
    throw new SragError('UNSUPPORTED_FORMAT', 'The file is in the old binary format of Word (.doc).', {
      remedy: 'Save it as .docx.',
    });
  }
  const end = data.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (
    end === -1 ||
    end < data.length - END_RECORD_BYTES - MAX_COMMENT_BYTES ||
    data.length - end < END_RECORD_BYTES
  ) {
    throw damaged(`The file is no whole ZIP archive: its directory is missing in ${data.length} bytes.`);
  }
  if (data.readUInt32LE(end) !== END_RECORD) throw damaged('The ZIP directory is damaged.');
  try {
    checkEntries(data, data.readUInt32LE(end + 16), data.readUInt16LE(end + 10), maxBytes);
  } catch (error) {
    if (error instanceof RangeError) throw damaged('The ZIP directory points outside the file.', error);
    throw error;
  }
}

function checkEntries(data: Buffer, directory: number, count: number, maxBytes: number): void {
  let position = directory;
  let total = 0;
  let hasDocument = false;
  for (let index = 0; index < count; index++) {
    if (data.readUInt32LE(position) !== CENTRAL_ENTRY)
      throw damaged(`Entry ${index} of the ZIP directory is damaged.`);
    const nameLength = data.readUInt16LE(position + 28);
    const name = data.toString('utf8', position + 46, position + 46 + nameLength);
    if ((data.readUInt16LE(position + 8) & 1) !== 0) throw encrypted();
    if (/\.(xml|rels)$/i.test(name)) total += unpackedBytes(data, position, name, maxBytes - total);
    hasDocument ||= name === 'word/document.xml';
    position += 46 + nameLength + data.readUInt16LE(position + 30) + data.readUInt16LE(position + 32);
  }
  if (!hasDocument && count > 0)
    throw damaged('The archive holds no word/document.xml: it is not a Word document.');
}

function unpackedBytes(data: Buffer, entry: number, name: string, room: number): number {
  const method = data.readUInt16LE(entry + 10);
  const packed = data.readUInt32LE(entry + 20);
  const local = data.readUInt32LE(entry + 42);
  if (data.readUInt32LE(local) !== LOCAL_ENTRY)
    throw damaged(`The archive's ${name} is not where its directory says.`);
  const start = local + 30 + data.readUInt16LE(local + 26) + data.readUInt16LE(local + 28);
  const body = data.subarray(start, start + packed);
  if (body.length < packed) throw damaged(`The archive's ${name} is cut short.`);
  if (method === 0) return body.length;
  if (method !== 8) throw damaged(`The archive's ${name} is compressed by an unknown method (${method}).`);
  try {
    return inflateRawSync(body, { maxOutputLength: Math.max(1, room) }).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(`The XML of the archive (up to ${name})`, room + 1, room, 'maxFileBytes');
    }
    throw damaged(`The archive's ${name} cannot be decompressed.`, error);
  }
}

const encrypted = (): SragError =>
  new SragError('FILE_ENCRYPTED', 'The document is protected by a password.', {
    remedy: 'Save a copy without password and ingest that.',
  });
