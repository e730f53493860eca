import { type WasmMemory, wasm } from './wasm.ts';

const PAGE_BYTES = 65_536;
/** Limit of WebAssembly's 32-bit addresses, in pages. */
const MAX_PAGES = 65_536;

/**
 * Bump allocator for the kernels' linear memory: reservations live as long as the allocator and are never
 * freed one by one. Memory that is never touched costs nothing.
 */
export class KernelMemory {
  readonly memory: WasmMemory = new wasm.Memory({ initial: 1, maximum: MAX_PAGES });
  // Address 0 stays unused: kernels treat it as "none".
  #next = 64;
  #bytes = new Uint8Array(this.memory.buffer);
  #floats = new Float32Array(this.memory.buffer);
  #words = new Uint32Array(this.memory.buffer);

  /** Reserves bytes; returns the address, a multiple of 64. @throws RangeError beyond 4 GiB or available memory. */
  reserve(sizeBytes: number): number {
    const address = this.#next;
    const end = address + Math.ceil(sizeBytes / 64) * 64;
    const missing = Math.ceil(end / PAGE_BYTES) - this.memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) {
      this.memory.grow(missing);
      this.#bytes = new Uint8Array(this.memory.buffer);
      this.#floats = new Float32Array(this.memory.buffer);
      this.#words = new Uint32Array(this.memory.buffer);
    }
    this.#next = end;
    return address;
  }

  /** Views of the whole memory. They are invalidated by `reserve`, so do not store them. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }
  get floats(): Float32Array {
    return this.#floats;
  }
  get words(): Uint32Array {
    return this.#words;
  }
}
