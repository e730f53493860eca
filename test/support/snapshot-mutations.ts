import { crc32 } from 'node:zlib';
import { decodeHeader } from '../../src/indexes/snapshot/format/header.ts';
import { codeStride, DIRECTORY_ENTRY_BYTES } from '../../src/indexes/snapshot/format/layout.ts';

/** Objects of an index version by their names. */
export type Objects = ReadonlyMap<string, Uint8Array>;

export interface Mutation {
  /** Description of the mutation, to reproduce it. */
  readonly what: string;
  readonly objects: Objects;
}

/** Size in bytes of the units of each section; a unit is written, verified and read as a whole. */
const unitBytes = (objects: Objects): Readonly<Record<string, number>> => {
  const { vectors } = decodeHeader(objects.get(HEADER)!).header;
  const { dimensions, codeBits } = vectors!;
  return {
    codes: codeStride(dimensions, codeBits),
    directory: DIRECTORY_ENTRY_BYTES,
    leaves: 32,
    lengths: 2,
  };
};
const HEADER = 'header.bin';
const HEADER_FIXED_BYTES = 24;

/**
 * Damages an index in one random way. `others` are the objects of other builds, which may replace one of its
 * objects.
 */
export function mutate(objects: Objects, others: readonly Objects[], random: () => number): Mutation {
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const name = pick([...objects.keys()]);
  const bytes = objects.get(name)!.slice();
  const size = bytes.length;
  const replaced = (what: string, made: Uint8Array | undefined): Mutation => {
    const copy = new Map(objects);
    if (made === undefined) copy.delete(name);
    else copy.set(name, made);
    return { what: `${name}: ${what}`, objects: copy };
  };
  const flips = (): Mutation => {
    const bits = Array.from({ length: 1 + below(8) }, () => below(8 * size));
    for (const bit of bits) bytes[bit >> 3]! ^= 1 << (bit & 7);
    return replaced(`bits ${bits} flipped`, bytes);
  };
  const exchanged = (): Mutation => {
    const unit = unitBytes(objects)[name.split('-')[0]!] ?? pick([16, 32, 64, 256]);
    const units = Math.floor(size / unit);
    const [one, other] = [below(units) * unit, below(units) * unit];
    const first = bytes.slice(one, one + unit);
    bytes.copyWithin(one, other, other + unit);
    bytes.set(first, other);
    return replaced(`${unit} bytes at ${one} and ${other} exchanged`, bytes);
  };
  switch (below(9)) {
    case 0:
    case 1:
      return flips();
    case 2: {
      const kept = below(size);
      return replaced(`cut to ${kept} bytes`, bytes.slice(0, kept));
    }
    case 3:
      return random() < 0.2
        ? replaced('deleted', undefined)
        : replaced('longer', Buffer.concat([bytes, bytes.slice(0, 1 + below(64))]));
    case 4:
      return exchanged();
    case 5: {
      const from = below(size);
      bytes.fill(pick([0, 255]), from, from + 1 + below(512));
      return replaced(`filled from ${from}`, bytes);
    }
    case 6: {
      const other = pick([...objects.keys()]);
      return replaced(`replaced by ${other}`, objects.get(other));
    }
    case 7: {
      const other = below(others.length);
      return replaced(`of build ${other}`, others[other]!.get(name) ?? bytes);
    }
    default:
      return forgedHeader(objects, random);
  }
}

/** Changes one number, text or list in the header's JSON, or one byte after it, and updates the checksum. */
function forgedHeader(objects: Objects, random: () => number): Mutation {
  const below = (limit: number): number => Math.floor(random() * limit);
  const bytes = objects.get(HEADER)!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const jsonEnd = HEADER_FIXED_BYTES + view.getUint32(12, true);
  const header = JSON.parse(Buffer.from(bytes.subarray(HEADER_FIXED_BYTES, jsonEnd)).toString());
  const tables = bytes.slice(jsonEnd);
  let what: string;
  if (random() < 0.2) {
    const at = below(tables.length);
    tables[at]! ^= 1 << below(8);
    what = `table byte ${at}`;
  } else what = changeOne(header, random);
  const json = Buffer.from(JSON.stringify(header) ?? 'null');
  const made = Buffer.concat([bytes.subarray(0, HEADER_FIXED_BYTES), json, tables]);
  made.writeUInt32LE(json.length, 12);
  made.writeUInt32LE(made.length, 16);
  const sum = crc32(made.subarray(HEADER_FIXED_BYTES), crc32(made.subarray(0, 20)));
  made.writeUInt32LE(sum, 20);
  return { what: `forged header: ${what}`, objects: new Map(objects).set(HEADER, made) };
}

const LIES = [0, 1, -1, 2, 3, 1.5, 31, 33, 64, 1e6, 2 ** 31, 2 ** 53, 1e300, null, '', 'x', true, [], {}];

function changeOne(header: Record<string, unknown>, random: () => number): string {
  const places: { readonly within: Record<string, unknown>; readonly key: string; readonly path: string }[] =
    [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      const within = value as Record<string, unknown>;
      places.push({ within, key, path: `${path}.${key}` });
      walk(within[key], `${path}.${key}`);
    }
  };
  walk(header, '');
  const { within, key, path } = places[Math.floor(random() * places.length)]!;
  const before = within[key];
  const lie = LIES[Math.floor(random() * LIES.length)];
  if (random() < 0.15) {
    delete within[key];
    return `${path} left out`;
  }
  within[key] =
    typeof before === 'number' && random() < 0.4
      ? before + Math.floor(random() * 65) - 32
      : lie === undefined
        ? null
        : structuredClone(lie);
  return `${path} = ${JSON.stringify(within[key])}`;
}
