import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HttpResponse, ResponseParser } from '../../../../src/io/storage/s3/response-parser.ts';

/** Passes `text` to the parser in pieces that end at `cuts`; returns the last result. */
function parse(text: string, cuts: readonly number[] = [], parser = new ResponseParser()) {
  const bytes = Buffer.from(text, 'latin1');
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  let response: HttpResponse | undefined;
  for (const end of ends) {
    if (end > from) response = parser.take(bytes.subarray(from, end));
    from = Math.max(from, end);
  }
  return response;
}

const chunkedOf = (pieces: readonly string[]): string =>
  `${pieces.map((piece) => `${piece.length.toString(16)};x=y\r\n${piece}\r\n`).join('')}0\r\nx-sum: 1\r\n\r\n`;
const body = fc.string({ unit: 'binary-ascii', maxLength: 300 });
const cuts = fc.array(fc.nat(600), { maxLength: 12 });

describe('ResponseParser', () => {
  it('parses a response however it is split', () => {
    fc.assert(
      fc.property(body, cuts, (text, at) => {
        const head = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length:  ${text.length}\r\nETag: "a:b"\r\n\r\n`;
        const answer = parse(head + text, at);
        expect(answer).toMatchObject({ status: 200, isKept: true });
        const headers = ['content-length', 'etag', 'b', 'content'].map((name) => answer?.headers.get(name));
        expect(headers).toEqual([String(text.length), '"a:b"', undefined, undefined]);
        expect(Buffer.from(answer!.body).toString('latin1')).toBe(text);
      }),
    );
  });

  it('parses a chunked response', () => {
    fc.assert(
      fc.property(
        fc.array(
          body.filter((piece) => piece !== ''),
          { maxLength: 5 },
        ),
        cuts,
        (pieces, at) => {
          const answer = parse(
            `HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedOf(pieces)}`,
            at,
          );
          expect(answer).toMatchObject({ status: 404, isKept: true });
          expect(Buffer.from(answer!.body).toString('latin1')).toBe(pieces.join(''));
        },
      ),
    );
  });

  it('passes the bytes of a partial response on as they arrive, and buffers other responses', () => {
    const taken: [number, string][] = [];
    const parser = (): ResponseParser =>
      new ResponseParser((offset, bytes) => taken.push([offset, Buffer.from(bytes).toString()]));
    const part = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 6\r\n\r\nabcdef';
    expect(parse(part, [part.length - 4], parser())).toMatchObject({ taken: 6, body: new Uint8Array(0) });
    expect(taken).toEqual([
      [0, 'ab'],
      [2, 'cdef'],
    ]);
    const error = parse('HTTP/1.1 503 Slow Down\r\nContent-Length: 2\r\n\r\nno', [], parser());
    expect(Buffer.from(error!.body).toString()).toBe('no');
    expect(taken).toHaveLength(2);
  });

  it('treats a response without a length as complete when the connection ends, which is then not reused', () => {
    const parser = new ResponseParser();
    expect(parse('HTTP/1.1 200 OK\r\n\r\nsome', [], parser)).toBeUndefined();
    expect(parser.end()).toMatchObject({ isKept: false, body: Uint8Array.from(Buffer.from('some')) });
    expect(new ResponseParser().end()).toBeUndefined();
    expect(parse('HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 0\r\n\r\n')?.isKept).toBe(false);
    expect(parse('HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n')?.isKept).toBe(false);
    expect(parse('HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n')).toMatchObject({ status: 304 });
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['has an endless head', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(70_000)}`],
    ['is longer than its stated length', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab'],
    ['has an invalid length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
    ['comes in an unknown coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n'],
    ['has a chunk without a size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n'],
    ['has a chunk longer than its size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n'],
    ['continues after its last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nx'],
  ])('rejects a response that %s', (_, text) => {
    expect(() => parse(text)).toThrow(Error);
  });
});
