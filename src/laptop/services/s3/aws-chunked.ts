import { wireError } from '../wire-error.ts';

/** Maximum length of a line: sizes, signatures and checksums are short. */
const MAX_LINE_BYTES = 8_192;
const MAX_TRAILERS = 20;

/**
 * Decodes a body with the encoding `aws-chunked`: `size[;chunk-signature=...]`, the bytes, and at the end
 * trailers, which are stored in `trailers` under lower-case names. Signatures of chunks are not verified.
 * @throws IncompleteBody and InvalidRequest, as S3 does
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  const input = new BufferedInput(body);
  for (;;) {
    const line = await input.line();
    const size = /^([0-9a-fA-F]{1,12})(?:;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw badChunk(`'${line.slice(0, 40)}' is not the size of a chunk`);
    let left = Number.parseInt(size, 16);
    if (left === 0) break;
    while (left > 0) {
      const piece = await input.atMost(left);
      left -= piece.length;
      yield piece;
    }
    if ((await input.line()) !== '') throw badChunk('a chunk is longer than its size');
  }
  for (let line = await input.line(); line !== ''; line = await input.line()) {
    const colon = line.indexOf(':');
    if (colon < 1 || trailers.size >= MAX_TRAILERS) throw badChunk('the trailers are malformed');
    trailers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
}

const badChunk = (problem: string): Error =>
  wireError('InvalidRequest', 400, `The aws-chunked body is malformed: ${problem}.`);

/** Reads lines, or up to a number of bytes, from chunks of any size. */
class BufferedInput {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#source = body[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    let line = Buffer.alloc(0);
    for (;;) {
      if (this.#rest.length === 0) await this.#fill();
      const end = this.#rest.indexOf(0x0a);
      line = Buffer.concat([line, end < 0 ? this.#rest : this.#rest.subarray(0, end)]);
      if (line.length > MAX_LINE_BYTES) throw badChunk('a line is too long');
      this.#rest = end < 0 ? new Uint8Array() : this.#rest.subarray(end + 1);
      if (end >= 0) return line.toString('latin1').replace(/\r$/, '');
    }
  }

  async atMost(length: number): Promise<Uint8Array> {
    if (this.#rest.length === 0) await this.#fill();
    const piece = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  async #fill(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) throw wireError('IncompleteBody', 400, 'The body ends before its last chunk.');
    this.#rest = next.value;
  }
}
