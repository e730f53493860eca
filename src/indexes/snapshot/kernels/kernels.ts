import { BUILD_WASM } from './build-wasm.ts';
import { QUERY_WASM } from './query-wasm.ts';
import { type WasmMemory, wasm } from './wasm.ts';

/** The seeded rotation that build and query share. See kernels/assembly/rotation.ts. */
export interface RotationKernel {
  rotate(values: number, dimensions: number, size: number, signs: number, rounds: number): void;
}

/** Kernels of the query path; addresses refer to their memory. See kernels/assembly/query.ts. */
export interface QueryKernels extends RotationKernel {
  buildTable(query: number, groups: number, table: number, scales: number, sums: number): void;
  scan(
    blocks: number,
    stride: number,
    planesAt: number,
    planes: number,
    groups: number,
    list: number,
    listed: number,
    run: number,
    totalBlocks: number,
    totalRows: number,
    table: number,
    scale: number,
    offset: number,
    factorLow: number,
    factorStep: number,
    mask: number,
    scores: number,
    rows: number,
    capacity: number,
    keep: number,
    sums: number,
  ): number;
  select(scores: number, rows: number, count: number, keep: number): number;
  dots(
    query: number,
    vectors: number,
    stride: number,
    scales: number,
    scaleStride: number,
    list: number,
    count: number,
    dimensions: number,
    scores: number,
  ): void;
  decode(codes: number, length: number, symbols: number, lengths: number, out: number, limit: number): number;
}

/** Kernels of the build. See kernels/assembly/build.ts. */
export interface BuildKernels extends RotationKernel {
  dot(left: number, right: number, length: number): number;
  addScaled(target: number, source: number, weight: number, length: number): void;
  route(
    vectors: number,
    count: number,
    dimensions: number,
    directions: number,
    bounds: number,
    levels: number,
    leaves: number,
  ): void;
  assign(
    vectors: number,
    count: number,
    dimensions: number,
    centroids: number,
    halfNorms: number,
    neighbours: number,
    listed: number,
    labels: number,
  ): void;
  encode(
    residual: number,
    dimensions: number,
    bits: number,
    planes: number,
    row: number,
    variance: number,
  ): number;
  quantise(vector: number, dimensions: number, out: number): number;
  encodeSymbols(
    bytes: number,
    length: number,
    symbols: number,
    lengths: number,
    singles: number,
    doubles: number,
    heads: number,
    next: number,
    out: number,
  ): number;
}

/** Each module is compiled once per process. */
const modules = new Map<string, object>();

/** Instantiates the query kernels on `memory`. */
export const queryKernels = (memory: WasmMemory): QueryKernels =>
  instantiate(QUERY_WASM, memory) as unknown as QueryKernels;

/** Instantiates the build kernels on `memory`. */
export const buildKernels = (memory: WasmMemory): BuildKernels =>
  instantiate(BUILD_WASM, memory) as unknown as BuildKernels;

function instantiate(base64: string, memory: WasmMemory): object {
  let module = modules.get(base64);
  if (module === undefined) {
    module = new wasm.Module(Buffer.from(base64, 'base64'));
    modules.set(base64, module);
  }
  return new wasm.Instance(module, { env: { memory } }).exports;
}
