import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BUFFER_BYTES = 4 * 2 ** 20;

/** A temporary file that is appended to, then read at any place: what does not fit into memory. */
export class Spill {
  readonly #path: string;
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #buffered = 0;
  #written = 0;

  constructor(folder: string, name: string) {
    this.#path = join(folder, name);
    this.#file = openSync(this.#path, 'w+');
  }

  get sizeBytes(): number {
    return this.#written + this.#buffered;
  }

  append(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  /** Must stand between the last append and the first read. */
  flush(): void {
    this.#write(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  /** Fills `target` with the bytes from `offset` on. */
  read(offset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const count = readSync(this.#file, target, done, target.length - done, offset + done);
      if (count === 0) throw new RangeError(`the temporary file ends before ${offset + target.length}`);
      done += count;
    }
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done, bytes.length - done);
    this.#written += bytes.length;
  }
}
