const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);
/** 2^-14, the smallest normal half, divided by 2^10: the unit of subnormal halves. */
const SUBNORMAL_UNIT = 2 ** -24;

/** Half-precision bits of finite numbers below 65,504, rounded to nearest, ties to even. */
export function toHalfFloats(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) halves[index] = toHalf(values[index]!);
  return halves;
}

function toHalf(value: number): number {
  float[0] = value;
  const raw = bits[0]!;
  const sign = (raw >>> 16) & 0x8000;
  const magnitude = raw & 0x7fffffff;
  if (magnitude < 0x38800000) return sign | roundTiesToEven(Math.abs(value) / SUBNORMAL_UNIT);
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundTiesToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
