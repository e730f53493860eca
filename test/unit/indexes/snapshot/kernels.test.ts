import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trainSymbols } from '../../../../src/indexes/snapshot/build/train-symbols.ts';
import { codeStride, hadamardSize, PLANES_AT } from '../../../../src/indexes/snapshot/format/layout.ts';
import { rotationSigns } from '../../../../src/indexes/snapshot/format/rotation-signs.ts';
import { ESCAPE } from '../../../../src/indexes/snapshot/format/symbol-table.ts';
import { buildKernels, queryKernels } from '../../../../src/indexes/snapshot/kernels/kernels.ts';
import { KernelMemory } from '../../../../src/indexes/snapshot/kernels/memory.ts';
import { type NumericKernels, plainBuildKernels } from '../../../support/plain-build-kernels.ts';
import { plainQueryKernels } from '../../../support/plain-query-kernels.ts';
import { seeded } from '../../../support/seeded.ts';

/** Stored dimensions, which are padded to multiples of 16. */
const dimensions = fc.oneof(
  fc.integer({ min: 1, max: 24 }).map((steps) => 16 * steps),
  fc.constantFrom(768, 1_008, 1_024, 1_536, 4_080, 4_096),
);
const seed = fc.integer({ min: 1, max: 2 ** 31 });

/** Memory with seeded values. A kernel and its reference must change copies of it in the same way. */
class Workspace {
  readonly memory = new KernelMemory();
  readonly random: () => number;
  constructor(seedOfValues: number) {
    this.random = seeded(seedOfValues);
  }

  /** Floats up to `scale`. Some of them are equal, to cause ties. */
  floats(count: number, scale = 1): number {
    const at = this.memory.reserve(4 * count);
    for (let index = 0; index < count; index++) {
      const value = this.random() < 0.1 ? Math.round(this.random() * 2 - 1) : this.random() * 2 - 1;
      this.memory.floats[at / 4 + index] = value * scale;
    }
    return at;
  }

  bytes(count: number, below = 256): number {
    const at = this.memory.reserve(count);
    for (let index = 0; index < count; index++) this.memory.bytes[at + index] = this.random() * below;
    return at;
  }

  words(values: readonly number[]): number {
    const at = this.memory.reserve(4 * values.length + 4);
    this.memory.words.set(values, at / 4);
    return at;
  }

  /** Expects the same result and bytes from `work` with the kernel and with its reference implementation. */
  same<T>(
    kernelsOf: (memory: KernelMemory['memory']) => T,
    referenceOf: (buffer: ArrayBuffer) => T,
    work: (kernels: T) => unknown,
  ): void {
    const copy = this.memory.bytes.slice().buffer;
    const expected = work(referenceOf(copy));
    expect(work(kernelsOf(this.memory.memory))).toEqual(expected);
    expect(Buffer.compare(this.memory.bytes, new Uint8Array(copy))).toBe(0);
  }
}

describe('the WebAssembly kernels', () => {
  it('match a fresh compilation of their sources', { timeout: 120_000 }, () => {
    const check = () =>
      execFileSync(process.execPath, ['scripts/build-kernels.mjs', '--check'], { stdio: 'pipe' });
    expect(check().toString()).toBe('');
  });

  it('rotate exactly like the reference implementation', () => {
    const property = fc.property(dimensions, seed, (size, values) => {
      const space = new Workspace(values);
      const vector = space.floats(size);
      const signs = rotationSigns(values, size, 4);
      const signsAt = space.memory.reserve(signs.byteLength);
      space.memory.floats.set(signs, signsAt / 4);
      space.same<Pick<ReturnType<typeof queryKernels>, 'rotate'>>(
        queryKernels,
        plainQueryKernels,
        (kernels) => kernels.rotate(vector, size, hadamardSize(size), signsAt, 4),
      );
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('sum, add, route and assign exactly like the reference implementation', () => {
    const levels = fc.integer({ min: 0, max: 5 });
    const property = fc.property(dimensions, seed, levels, (size, values, depth) => {
      const space = new Workspace(values);
      const count = 3;
      const vectors = space.floats(count * size);
      const directions = space.floats(size * (2 ** depth - 1 || 1));
      const bounds = space.floats(2 ** depth);
      const leaves = space.words(Array.from({ length: count }, () => 99));
      const clusters = 2 ** depth - 1 || 1;
      const labels = space.words(Array.from({ length: count }, (_, row) => row % clusters));
      const neighbours = space.words(Array.from({ length: 4 * clusters }, (_, at) => (7 * at) % clusters));
      const weight = Math.fround(space.random() - 0.5);
      space.same<NumericKernels>(buildKernels, plainBuildKernels, (kernels) => {
        kernels.route(vectors, count, size, directions, bounds, depth, leaves);
        kernels.assign(vectors, count, size, directions, bounds, neighbours, 4, labels);
        kernels.addScaled(vectors, directions, weight, size);
        return kernels.dot(vectors, directions, size);
      });
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('encode and quantise exactly like the reference implementation', () => {
    const row = fc.integer({ min: 0, max: 31 });
    const scale = fc.constantFrom(0, 1e-6, 0.05, 1, 1_000);
    const bits = fc.integer({ min: 1, max: 8 });
    const property = fc.property(dimensions, seed, bits, row, scale, (size, values, width, place, by) => {
      const space = new Workspace(values);
      const vector = space.floats(size, by);
      const planes = space.memory.reserve(width * size * 4);
      const [out, variance] = [space.memory.reserve(size), space.words([7])];
      space.same<NumericKernels>(buildKernels, plainBuildKernels, (kernels) => [
        kernels.encode(vector, size, width, planes, place, variance),
        kernels.quantise(vector, size, out),
      ]);
    });
    fc.assert(property, { numRuns: 80 });
  });

  it('tabulate a query exactly like the reference implementation', () => {
    const scale = fc.constantFrom(0, 1e-6, 1, 1_000);
    const property = fc.property(dimensions, seed, scale, (size, values, by) => {
      const space = new Workspace(values);
      const query = space.floats(size, by);
      const [table, scales] = [space.memory.reserve(4 * size), space.memory.reserve(16)];
      const sums = space.memory.reserve(64);
      space.same(queryKernels, plainQueryKernels, (kernels) =>
        kernels.buildTable(query, size / 4, table, scales, sums),
      );
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('scan codes exactly like the reference implementation, with masks, partial blocks, ties and small buffers', () => {
    const shape = fc.record({
      dimensions: fc.constantFrom(16, 32, 80, 384, 1_040, 4_096),
      bits: fc.integer({ min: 1, max: 8 }),
      rows: fc.integer({ min: 1, max: 400 }),
      run: fc.integer({ min: 1, max: 3 }),
      keep: fc.integer({ min: 1, max: 40 }),
      room: fc.integer({ min: 4, max: 60 }),
      isMasked: fc.boolean(),
      areTied: fc.boolean(),
    });
    const property = fc.property(shape, seed, (made, values) => {
      const space = new Workspace(values);
      const blocks = Math.ceil(made.rows / 32);
      const stride = codeStride(made.dimensions, made.bits);
      const codes = space.bytes(blocks * stride);
      if (made.areTied) space.memory.bytes.fill(0x11, codes, codes + blocks * stride);
      const table = space.bytes(4 * made.dimensions, 64);
      const leaves = Array.from({ length: Math.ceil(blocks / made.run) }, (_, leaf) => leaf);
      const listed = leaves.sort(() => space.random() - 0.5).slice(0, Math.max(1, leaves.length - 1));
      const list = space.words(listed);
      const mask = made.isMasked ? space.bytes(4 * blocks) : 0;
      const capacity = made.keep + made.room;
      const [scores, rows] = [
        space.memory.reserve(4 * capacity + 16),
        space.memory.reserve(4 * capacity + 16),
      ];
      const sums = space.memory.reserve(128);
      const factors = [0.0137, -21.5, 0, 3.3e-6].map(Math.fround) as [number, number, number, number];
      space.same(queryKernels, plainQueryKernels, (kernels) =>
        kernels.scan(
          ...([codes, stride, PLANES_AT, made.bits, made.dimensions / 4, list, listed.length] as const),
          ...([made.run, blocks, made.rows, table, ...factors, mask] as const),
          ...([scores, rows, capacity, made.keep, sums] as const),
        ),
      );
    });
    fc.assert(property, { numRuns: 80 });
  });

  it('select the best rows like the reference implementation, by score and among ties by row', () => {
    const scored = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 300 });
    const property = fc.property(scored, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const space = new Workspace(1);
      const keep = Math.max(1, Math.round(values.length * share));
      const scores = space.memory.reserve(4 * values.length);
      space.memory.floats.set(values, scores / 4);
      const rows = space.words(values.map((_, row) => row));
      space.same(queryKernels, plainQueryKernels, (kernels) =>
        kernels.select(scores, rows, values.length, keep),
      );
      const expected = values
        .map((score, row) => ({ score, row }))
        .sort((left, right) => right.score - left.score || left.row - right.row)
        .slice(0, keep);
      const found = [...space.memory.words.slice(rows / 4, rows / 4 + keep)];
      expect(found.sort((a, b) => a - b)).toEqual(expected.map(({ row }) => row).sort((a, b) => a - b));
      expect(space.memory.floats[scores / 4 + keep - 1]).toBe(expected.at(-1)!.score);
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('score int8 vectors exactly like the reference implementation, for listed and for consecutive rows', () => {
    const count = fc.integer({ min: 1, max: 40 });
    const property = fc.property(dimensions, seed, count, fc.boolean(), (size, values, vectors, isListed) => {
      const space = new Workspace(values);
      const query = space.bytes(2 * size);
      const table = space.bytes(vectors * size);
      const scales = space.floats(vectors);
      const list = isListed ? space.words(Array.from({ length: vectors }, (_, row) => vectors - 1 - row)) : 0;
      const scores = space.memory.reserve(4 * vectors);
      space.same(queryKernels, plainQueryKernels, (kernels) =>
        kernels.dots(query, table, size, scales, 4, list, vectors, size, scores),
      );
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('decode texts exactly like the reference implementation, and stop at the limit', () => {
    const lengths = fc.record({
      codes: fc.integer({ min: 0, max: 300 }),
      limit: fc.integer({ min: 0, max: 2_000 }),
    });
    const property = fc.property(lengths, seed, ({ codes: length, limit }, values) => {
      const space = new Workspace(values);
      const [codes, symbols] = [space.bytes(length), space.bytes(2_048)];
      const sizes = space.bytes(256, 9);
      const out = space.memory.reserve(limit + 8);
      space.same(queryKernels, plainQueryKernels, (kernels) =>
        kernels.decode(codes, length, symbols, sizes, out, limit),
      );
    });
    fc.assert(property, { numRuns: 100 });
  });

  it('encode texts exactly like a linear search for the longest matching symbol', () => {
    const text = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.stringMatching(/^(ab|abc|abcdefgh|the )*$/));
    const property = fc.property(fc.array(text, { maxLength: 6 }), text, (samples, wanted) => {
      const [bytes, ...rest] = [wanted, ...samples].map((each) => Buffer.from(each as string));
      const encoder = trainSymbols(rest);
      const codes: number[] = [];
      for (let at = 0; at < bytes!.length; ) {
        const code = encoder.longestAt(bytes!, at, bytes!.length);
        if (code === -1) codes.push(ESCAPE, bytes![at]!);
        else codes.push(code);
        at += code === -1 ? 1 : encoder.symbols[code]!.length;
      }
      expect([...encoder.encode(bytes!)]).toEqual(codes);
    });
    fc.assert(property, { numRuns: 100 });
  });
});
