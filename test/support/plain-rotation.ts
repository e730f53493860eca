/**
 * Operations on 32-bit floats: rounding the result of the double operation returns the correctly rounded
 * result.
 */
export const addF = (left: number, right: number): number => Math.fround(left + right);
export const subF = (left: number, right: number): number => Math.fround(left - right);
export const mulF = (left: number, right: number): number => Math.fround(left * right);
export const divF = (left: number, right: number): number => Math.fround(left / right);

/** The nearest integer, ties to even. */
export function nearest(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** kernels/assembly/rotation.ts in plain JavaScript. */
export function rotatePlain(
  view: DataView,
  values: number,
  dimensions: number,
  size: number,
  signs: number,
  rounds: number,
): void {
  const float = (at: number): number => view.getFloat32(at, true);
  const store = (at: number, value: number): void => view.setFloat32(at, value, true);
  const root = Math.fround(Math.SQRT1_2);

  const hadamard = (from: number): void => {
    for (let half = 1; half < size; half *= 2)
      for (let start = 0; start < size; start += 2 * half)
        for (let index = start; index < start + half; index++) {
          const [left, right] = [from + 4 * index, from + 4 * (index + half)];
          const [a, b] = [float(left), float(right)];
          store(left, addF(a, b));
          store(right, subF(a, b));
        }
    const scale = divF(1, Math.fround(Math.sqrt(size)));
    for (let index = 0; index < size; index++) store(from + 4 * index, mulF(float(from + 4 * index), scale));
  };

  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < dimensions; index++) {
      const at = values + 4 * index;
      store(at, mulF(float(at), float(signs + 4 * (round * dimensions + index))));
    }
    hadamard(round % 2 === 0 ? values : values + 4 * (dimensions - size));
    if (size === dimensions) continue;
    for (let index = 0; index < dimensions / 2; index++) {
      const [left, right] = [values + 4 * index, values + 4 * (index + dimensions / 2)];
      const [a, b] = [float(left), float(right)];
      store(left, mulF(addF(a, b), root));
      store(right, mulF(subF(a, b), root));
    }
  }
}
