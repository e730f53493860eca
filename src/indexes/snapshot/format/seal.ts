import type { SnapshotHeader } from './opening.ts';

/**
 * Header fields that define the meaning of the units' bytes. They are known before the first unit is written.
 */
export type SealedParts = Pick<
  SnapshotHeader,
  'buildId' | 'rows' | 'vectors' | 'lexical' | 'queryParameters'
> & {
  readonly collection: Pick<SnapshotHeader['collection'], 'metric'>;
  readonly columns: readonly Pick<SnapshotHeader['columns'][number], 'name' | 'type'>[];
};

/**
 * Prefix of every unit's checksum input: build id, settings (numbers as f64), columns, mean and symbols. If a
 * header describes its units differently, none of their checksums match, even if the header's own checksum
 * was forged.
 */
export function sealOf(parts: SealedParts, mean: Float32Array, symbols: Uint8Array): Uint8Array {
  const { buildId, rows, collection, vectors, lexical, queryParameters, columns } = parts;
  const parameters = Object.keys(queryParameters).sort();
  // Cosine is omitted, because builds made when it was the only metric do not record their metric.
  const metric = collection.metric === 'cosine' ? [] : [collection.metric];
  const words = [...parameters, ...columns.flatMap(({ name, type }) => [name, type]), ...metric];
  const numbers = [
    rows,
    ...(vectors === undefined
      ? []
      : [
          vectors.dimensions,
          vectors.codeBits,
          vectors.rotationSeed,
          vectors.factorLow,
          vectors.factorStep,
          vectors.estimateError,
          vectors.leafRows,
        ]),
    ...(lexical === undefined ? [] : [lexical.averageTerms]),
    ...parameters.map((name) => queryParameters[name]!),
  ];
  const fixed = new DataView(new ArrayBuffer(8 * numbers.length + 4 * mean.length));
  numbers.forEach((value, index) => {
    fixed.setFloat64(8 * index, value, true);
  });
  mean.forEach((value, index) => {
    fixed.setFloat32(8 * numbers.length + 4 * index, value, true);
  });
  const text = words.map((word) => `${word}\0`).join('');
  return Buffer.concat([Buffer.from(buildId, 'hex'), Buffer.from(fixed.buffer), Buffer.from(text), symbols]);
}
