/** A copy of a typed array with a greater length. */
export function grown<Numbers extends Uint8Array | Int32Array | Float64Array>(
  from: Numbers,
  length: number,
): Numbers {
  const larger = new (from.constructor as new (length: number) => Numbers)(length);
  larger.set(from);
  return larger;
}
