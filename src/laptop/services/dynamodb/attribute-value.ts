import { z } from 'zod';
import { wireError } from '../wire-error.ts';

const DIGITS = 38;
const MAX_DEPTH = 32;

/** A value in DynamoDB's format: its type and content. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> };

export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Validates the structure only; the content is validated by {@link checkItem}, which throws DynamoDB's
 * errors.
 */
export const ITEM: z.ZodType<Item> = z.record(
  z.string(),
  z.record(z.string(), z.unknown()),
) as unknown as z.ZodType<Item>;

/** An attribute of an item, ignoring inherited properties. */
export const attributeOf = (item: Item | undefined, name: string): AttributeValue | undefined =>
  item !== undefined && Object.hasOwn(item, name) ? item[name] : undefined;

export const invalid = (message: string): Error => wireError('ValidationException', 400, message);

/** Validates an item and normalises its numbers as DynamoDB does. @throws ValidationException */
export const checkItem = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, checkValue(value, 0)]));

function checkValue(value: AttributeValue, depth: number): AttributeValue {
  if (depth > MAX_DEPTH) throw invalid('Nesting Levels have exceeded supported limits');
  const entries = Object.entries(value ?? {});
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw invalid(
      'Supplied AttributeValue is empty or has more than one type, must contain exactly one of the supported datatypes',
    );
  }
  const [type, content] = entry as [string, unknown];
  const text = (one: unknown): string => {
    if (typeof one === 'string') return one;
    throw invalid(`The value of type ${type} is not a string`);
  };
  switch (type) {
    case 'S':
      return { S: text(content) };
    case 'N':
      return { N: canonicalNumber(text(content)) };
    case 'B':
      return { B: base64(text(content)) };
    case 'BOOL':
      if (typeof content === 'boolean') return { BOOL: content };
      throw invalid('The value of type BOOL is not a boolean');
    case 'NULL':
      if (content === true) return { NULL: true };
      throw invalid(
        'One or more parameter values were invalid: Null attribute value types must have the value of true',
      );
    case 'SS':
      return { SS: setOf(content, text) };
    case 'NS':
      return { NS: setOf(content, (one) => canonicalNumber(text(one))) };
    case 'BS':
      return { BS: setOf(content, (one) => base64(text(one))) };
    case 'L':
      if (!Array.isArray(content)) throw invalid('The value of type L is not a list');
      return { L: content.map((one) => checkValue(one, depth + 1)) };
    case 'M':
      if (typeof content !== 'object' || content === null) throw invalid('The value of type M is not a map');
      return {
        M: Object.fromEntries(
          Object.entries(content).map(([name, one]) => [name, checkValue(one, depth + 1)]),
        ),
      };
    default:
      throw invalid(`${type} is not a DynamoDB type`);
  }
}

function setOf(content: unknown, read: (one: unknown) => string): string[] {
  if (!Array.isArray(content)) throw invalid('A set must be a list of its members');
  if (content.length === 0)
    throw invalid('One or more parameter values were invalid: An string set  may not be empty');
  const members = content.map(read);
  if (new Set(members).size < members.length) {
    throw invalid('One or more parameter values were invalid: Input collection contains duplicates.');
  }
  return members;
}

function base64(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw invalid('The value of type B is not base64');
  return text;
}

/**
 * Removes redundant signs, zeros and exponents from a decimal number, because DynamoDB does not preserve
 * them.
 */
export function canonicalNumber(text: string): string {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text.trim());
  if (found === null || (found[2] === '' && (found[3] ?? '') === '')) {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  const [, sign, whole = '', fraction = '', exponent = '0'] = found;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/(?<!0)0+$/, '');
  if (significant === '') return '0';
  if (significant.length > DIGITS) {
    throw invalid('Attempting to store more than 38 significant digits in a Number');
  }
  /** Power of ten of the last significant digit. */
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  const magnitude = power + significant.length - 1;
  if (magnitude > 125)
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (magnitude < -130)
    throw invalid(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  return (sign === '-' ? '-' : '') + plain(significant, power);
}

function plain(significant: string, power: number): string {
  if (power >= 0) return significant + '0'.repeat(power);
  const point = significant.length + power;
  return point > 0
    ? `${significant.slice(0, point)}.${significant.slice(point)}`
    : `0.${'0'.repeat(-point)}${significant}`;
}

/** Size of an item in bytes for the limit of 400 KB: names and values (DynamoDB's developer guide). */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

function valueBytes(value: AttributeValue): number {
  const [[type, content]] = Object.entries(value) as [[string, unknown]];
  if (type === 'S') return Buffer.byteLength(content as string);
  if (type === 'N') return numberBytes(content as string);
  if (type === 'B') return Buffer.from(content as string, 'base64').length;
  if (type === 'BOOL' || type === 'NULL') return 1;
  if (type === 'M') {
    const entries = Object.values(content as Item);
    return 3 + entries.length + itemBytes(content as Item);
  }
  if (type === 'L') {
    const members = content as AttributeValue[];
    return 3 + members.reduce((sum, member) => sum + 1 + valueBytes(member), 0);
  }
  const kind = type[0] as 'S' | 'N' | 'B';
  return (content as string[]).reduce(
    (sum, member) => sum + valueBytes({ [kind]: member } as AttributeValue),
    0,
  );
}

const numberBytes = (text: string): number =>
  Math.ceil(text.replaceAll(/[-.]|^0+|(?<!0)0+$/g, '').length / 2) + 1;
