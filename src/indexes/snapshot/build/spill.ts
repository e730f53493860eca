import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BUFFER_BYTES = 4 * 2 ** 20;

/**
 * An append-only buffer with random reads: the first `memoryBytes` bytes (none by default) stay in memory, the rest is
 * in a temporary file.
 */
export class Spill {
  readonly #path: string;
  readonly #file: number;
  readonly #memoryBytes: number;
  /** Full buffers that stay in memory. */
  readonly #full: Buffer[] = [];
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #buffered = 0;
  #written = 0;

  constructor(folder: string, name: string, memoryBytes = 0) {
    this.#path = join(folder, name);
    this.#file = openSync(this.#path, 'w+');
    this.#memoryBytes = memoryBytes;
  }

  get sizeBytes(): number {
    return this.#fullBytes + this.#written + this.#buffered;
  }

  get #fullBytes(): number {
    return this.#full.length * BUFFER_BYTES;
  }

  append(bytes: Uint8Array): void {
    if (this.#fullBytes < this.#memoryBytes) {
      this.#keep(bytes);
      return;
    }
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  /** Must be called between the last append and the first read. */
  flush(): void {
    this.#write(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  /** Fills `target` with the bytes from `offset` on. */
  read(offset: number, target: Uint8Array): void {
    let done = 0;
    for (; done < target.length && offset + done < this.#fullBytes; ) {
      const at = (offset + done) % BUFFER_BYTES;
      const part = this.#full[Math.floor((offset + done) / BUFFER_BYTES)]!;
      done += part.copy(target, done, at, Math.min(BUFFER_BYTES, at + target.length - done));
    }
    while (done < target.length) {
      const place = offset + done - this.#fullBytes;
      const count = readSync(this.#file, target, done, target.length - done, place);
      if (count === 0) throw new RangeError(`the temporary file ends before ${offset + target.length}`);
      done += count;
    }
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }

  #keep(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const part = bytes.subarray(done, done + BUFFER_BYTES - this.#buffered);
      this.#buffer.set(part, this.#buffered);
      this.#buffered += part.length;
      done += part.length;
      if (this.#buffered < BUFFER_BYTES) continue;
      this.#full.push(this.#buffer);
      this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
      this.#buffered = 0;
    }
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done, bytes.length - done);
    this.#written += bytes.length;
  }
}
