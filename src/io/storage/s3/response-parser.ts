/** A response to a GET. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The body, in its own memory, which the caller may free. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Number of bytes passed to `take` instead. */
  readonly taken?: number;
  /** Whether the connection stays open for another request. */
  readonly isKept: boolean;
}

/** The headers of a response. They are kept as one text, since few of them are ever read. */
export class Headers {
  readonly #text: string;

  /** `text`: header lines, each preceded by CR LF. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The value of a header; `name` in lower case. */
  get(name: string): string | undefined {
    const start = this.#text.toLowerCase().indexOf(`\r\n${name}:`);
    if (start === -1) return undefined;
    const from = start + name.length + 3;
    const end = this.#text.indexOf('\r\n', from);
    return this.#text.slice(from, end === -1 ? undefined : end).trim();
  }
}

type Take = (offset: number, bytes: Uint8Array) => void;

/** Maximum size of a response's head; no storage service sends a larger one. */
const MAX_HEAD_BYTES = 64 * 1_024;
const HEAD_END = '\r\n\r\n';
const LINE_END = 10;

/** Parses one HTTP/1.1 response that arrives in parts of any size. Copies the bytes that it keeps. */
export class ResponseParser {
  readonly #take: Take | undefined;
  #head = '';
  #status = 0;
  #headers = new Headers('');
  #isKept = false;
  /** Receives the bytes after the head; undefined until the head is complete. */
  #body: Body | undefined;

  /** `take` receives the bytes of a partial response (206) as they arrive. */
  constructor(take?: Take) {
    this.#take = take;
  }

  /** Parses bytes; returns the response once it is complete. @throws Error for malformed HTTP. */
  take(bytes: Uint8Array): HttpResponse | undefined {
    let rest = bytes;
    while (this.#body === undefined) {
      const end = this.#takeHead(rest);
      if (end === undefined) return undefined;
      rest = rest.subarray(end);
    }
    return this.#body.take(rest) ? this.#response(this.#body) : undefined;
  }

  /** Call when the connection ends, which completes a response without a length. */
  end(): HttpResponse | undefined {
    return this.#body instanceof RestOfConnection ? this.#response(this.#body) : undefined;
  }

  #response(body: Body): HttpResponse {
    const taken = body instanceof HandedOver ? { taken: body.taken } : {};
    return {
      status: this.#status,
      headers: this.#headers,
      body: body.bytes(),
      ...taken,
      isKept: this.#isKept,
    };
  }

  /** The offset at which the head ends in `bytes`, if it does. */
  #takeHead(bytes: Uint8Array): number | undefined {
    const before = this.#head.length;
    const part = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_HEAD_BYTES));
    // Decodes only the head, since the body may be much larger.
    const within = part.indexOf(HEAD_END);
    this.#head += part.toString('latin1', 0, within === -1 ? part.length : within + HEAD_END.length);
    const end = this.#head.indexOf(HEAD_END, Math.max(0, before - 3));
    if (end === -1) {
      if (this.#head.length >= MAX_HEAD_BYTES) throw new Error('the head of the response is too long');
      return undefined;
    }
    this.#readHead(this.#head.slice(0, end));
    this.#head = '';
    return end + HEAD_END.length - before;
  }

  #readHead(head: string): void {
    const start = /^HTTP\/1\.([01]) (\d{3})[ \r]?/.exec(head);
    if (start === null) throw new Error('the response is not HTTP/1.1');
    const firstEnd = head.indexOf('\r\n');
    this.#headers = new Headers(firstEnd === -1 ? '' : head.slice(firstEnd));
    this.#status = Number(start[2]);
    // Interim responses have no body; the final one follows.
    if (this.#status < 200) return;
    const connection = this.#headers.get('connection')?.toLowerCase() ?? '';
    this.#body = bodyFor(this.#status, this.#headers, this.#take);
    this.#isKept =
      start[1] === '1' && !connection.includes('close') && !(this.#body instanceof RestOfConnection);
  }
}

function bodyFor(status: number, headers: Headers, take: Take | undefined): Body {
  if (status === 204 || status === 304) return new StatedLength(0);
  const coding = headers.get('transfer-encoding')?.toLowerCase();
  if (coding === 'chunked') return new Chunked();
  if (coding !== undefined) throw new Error(`the transfer encoding ${coding} is not supported`);
  const stated = headers.get('content-length');
  if (stated === undefined) return new RestOfConnection();
  if (!/^\d{1,15}$/.test(stated)) throw new Error(`the content length ${stated} is not valid`);
  const length = Number(stated);
  return status === 206 && take !== undefined ? new HandedOver(length, take) : new StatedLength(length);
}

interface Body {
  /** Appends bytes; returns whether these were the last. */
  take(bytes: Uint8Array): boolean;
  bytes(): Uint8Array<ArrayBuffer>;
}

class StatedLength implements Body {
  readonly #bytes: Buffer<ArrayBuffer>;
  #used = 0;

  constructor(length: number) {
    this.#bytes = Buffer.allocUnsafeSlow(length);
  }

  take(bytes: Uint8Array): boolean {
    if (this.#used + bytes.length > this.#bytes.length)
      throw new Error(`more than ${this.#bytes.length} bytes arrived`);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
    return this.#used === this.#bytes.length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }
}

class HandedOver implements Body {
  readonly #length: number;
  readonly #take: Take;
  taken = 0;

  constructor(length: number, take: Take) {
    this.#length = length;
    this.#take = take;
  }

  take(bytes: Uint8Array): boolean {
    if (this.taken + bytes.length > this.#length) throw new Error(`more than ${this.#length} bytes arrived`);
    this.#take(this.taken, bytes);
    this.taken += bytes.length;
    return this.taken === this.#length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(0);
  }
}

class RestOfConnection implements Body {
  readonly #parts: Uint8Array[] = [];

  take(bytes: Uint8Array): boolean {
    this.#parts.push(bytes.slice());
    return false;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return joined(this.#parts);
  }
}

/**
 * A chunked body: each chunk follows a line with its size; a chunk of size 0 and an empty line end the body.
 */
class Chunked implements Body {
  readonly #parts: Uint8Array[] = [];
  #line = '';
  /** Bytes left of the current chunk; undefined between chunks. */
  #left: number | undefined;
  #isTrailer = false;

  take(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left !== undefined && this.#left > 0) {
        const part = bytes.slice(at, at + this.#left);
        this.#parts.push(part);
        this.#left -= part.length;
        at += part.length;
        continue;
      }
      const byte = bytes[at++]!;
      if (byte !== LINE_END) {
        this.#line += String.fromCharCode(byte);
        if (this.#line.length > MAX_HEAD_BYTES) throw new Error('a line between chunks is too long');
      } else if (this.#endLine()) {
        if (at < bytes.length) throw new Error('more bytes arrived than the response contains');
        return true;
      }
    }
    return false;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return joined(this.#parts);
  }

  /** Whether the line was the last one. */
  #endLine(): boolean {
    const line = this.#line.trimEnd();
    this.#line = '';
    if (this.#isTrailer) return line === '';
    if (this.#left === 0) {
      if (line !== '') throw new Error('a chunk is longer than its stated size');
      this.#left = undefined;
      return false;
    }
    const size = /^([0-9a-fA-F]{1,8})\s*(?:;|$)/.exec(line)?.[1];
    if (size === undefined) throw new Error('a chunk has no size');
    const length = Number.parseInt(size, 16);
    if (length === 0) this.#isTrailer = true;
    else this.#left = length;
    return false;
  }
}

/** Joins parts in their own memory, unlike `Buffer.concat`, which puts short results into a shared pool. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
