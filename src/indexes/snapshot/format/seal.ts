import type { SnapshotHeader } from './header.ts';

/** The parts of a header that say what the bytes of units mean; known before the first unit is written. */
export type SealedParts = Pick<
  SnapshotHeader,
  'buildId' | 'rows' | 'collection' | 'vectors' | 'lexical' | 'queryParameters'
> & { readonly columns: readonly Pick<SnapshotHeader['columns'][number], 'name' | 'type'>[] };

/**
 * What the checksums of all units begin with: the build id, then as JSON a list of rows, collection, vectors, lexical
 * (null where absent), query parameters and the columns' names and types, then the mean (f32) and the symbols. A
 * header that says something else about its units matches none of them, even if its own checksum was made to fit.
 */
export function sealOf(parts: SealedParts, mean: Float32Array, symbols: Uint8Array): Uint8Array {
  const { buildId, rows, collection, vectors = null, lexical = null, queryParameters } = parts;
  const columns = parts.columns.map(({ name, type }) => [name, type]);
  const json = JSON.stringify([rows, collection, vectors, lexical, queryParameters, columns]);
  const means = new DataView(new ArrayBuffer(4 * mean.length));
  mean.forEach((value, index) => {
    means.setFloat32(4 * index, value, true);
  });
  return Buffer.concat([Buffer.from(buildId, 'hex'), Buffer.from(json), Buffer.from(means.buffer), symbols]);
}
