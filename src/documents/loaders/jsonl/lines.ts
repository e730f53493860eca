import { createGunzip } from 'node:zlib';
import { SragError, throwIfAborted } from '../../../core/index.ts';
import { damaged, formatBytes, tooLarge, unreadable } from '../faults.ts';
import { openRegular } from '../open-regular.ts';
import type { FileToLoad, LoadOptions } from '../port.ts';

/**
 * A gzip file that expands to more than this size and by more than the ratio is a zip bomb. Text expands
 * three- to tenfold.
 */
const BOMB_BYTES = 64 * 2 ** 20;
const BOMB_RATIO = 200;
const NEWLINE = 0x0a;

/**
 * A line of a dataset. Of a line over the record limit, only the size is known, because its bytes are
 * skipped.
 */
export type Line =
  | { readonly number: number; readonly bytes: Buffer }
  | { readonly number: number; readonly tooLongBytes: number };

/**
 * Lines of a file, decompressed if its name ends in `.gz`; keeps one line in memory at a time.
 * @throws FILE_UNREADABLE, FILE_DAMAGED (invalid or truncated gzip data), FILE_TOO_LARGE (decompressed), CANCELLED.
 */
export async function* linesOf(file: FileToLoad, options: LoadOptions): AsyncIterable<Line> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let number = 1;
  const maxBytes = options.limits.maxFileBytes;
  const take = (): Line => {
    const line =
      heldBytes > maxBytes
        ? { number, tooLongBytes: heldBytes }
        : { number, bytes: held.length === 1 ? held[0]! : Buffer.concat(held) };
    held = [];
    heldBytes = 0;
    number += 1;
    return line;
  };
  const hold = (piece: Buffer): void => {
    heldBytes += piece.length;
    if (heldBytes > maxBytes) held = [];
    else if (piece.length > 0) held.push(piece);
  };
  for await (const data of dataOf(file, options)) {
    throwIfAborted(options.signal);
    let start = 0;
    while (start < data.length) {
      if (heldBytes === 0 && data[start] === NEWLINE) {
        // Skips empty lines here, because yielding millions of them would be slow.
        number += 1;
        start += 1;
        continue;
      }
      const end = data.indexOf(NEWLINE, start);
      if (end === -1) break;
      hold(data.subarray(start, end));
      start = end + 1;
      yield take();
    }
    hold(data.subarray(start));
  }
  if (heldBytes > 0) yield take();
}

async function* dataOf(file: FileToLoad, { limits, signal, onBytes }: LoadOptions): AsyncIterable<Buffer> {
  const isZipped = file.path.toLowerCase().endsWith('.gz');
  const handle = await openRegular(file.path);
  const source = handle.createReadStream({ highWaterMark: 256 * 1024, signal });
  const stream = isZipped ? source.pipe(createGunzip({ chunkSize: 256 * 1024 })) : source;
  if (stream !== source) source.on('error', (error) => stream.destroy(error));
  let bytes = 0;
  try {
    for await (const data of stream as AsyncIterable<Buffer>) {
      bytes += data.length;
      if (isZipped) checkGrowth(bytes, source.bytesRead, limits.maxDecompressedBytes);
      onBytes?.(source.bytesRead);
      yield data;
    }
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof SragError) throw error;
    if (
      /^Z_|incorrect|invalid|unexpected end/i.test(
        `${(error as NodeJS.ErrnoException).code} ${(error as Error).message}`,
      )
    ) {
      throw damaged(
        `The gzip data is damaged or truncated after ${formatBytes(bytes)} of text: ${(error as Error).message}.`,
        error,
      );
    }
    throw unreadable(file.path, error);
  } finally {
    source.destroy();
    stream.destroy();
  }
}

function checkGrowth(bytes: number, packedBytes: number, limit: number): void {
  if (bytes > limit) throw tooLarge('The decompressed file', bytes, limit, 'maxDecompressedBytes');
  if (bytes > BOMB_BYTES && bytes > packedBytes * BOMB_RATIO) {
    throw new SragError(
      'FILE_TOO_LARGE',
      `The file decompresses from ${formatBytes(packedBytes)} to over ${formatBytes(bytes)}: it looks like a zip bomb.`,
      {
        remedy: 'If it is genuine, decompress it first and ingest the .jsonl file.',
        fields: { bytes, packedBytes },
      },
    );
  }
}
