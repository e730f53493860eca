import { z } from 'zod';
import { wireError } from '../wire-error.ts';

/** A value in DynamoDB's format: its type and content. Only the types of the query cache are supported. */
export type AttributeValue = { readonly S: string } | { readonly N: string } | { readonly B: string };

export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Validates the structure only; the content is validated by {@link checkItem}, which throws DynamoDB's
 * errors.
 */
export const ITEM: z.ZodType<Item> = z.record(
  z.string(),
  z.record(z.string(), z.unknown()),
) as unknown as z.ZodType<Item>;

/** Whole numbers of up to 38 digits, as DynamoDB spells them. */
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d{0,37})$/;

/** An attribute of an item, ignoring inherited properties. */
export const attributeOf = (item: Item, name: string): AttributeValue | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined;

export const invalid = (message: string): Error => wireError('ValidationException', 400, message);

/** Copies an item after validating it. @throws ValidationException */
export const checkItem = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, checkValue(value)]));

function checkValue(value: AttributeValue): AttributeValue {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) {
    throw invalid(
      'Supplied AttributeValue is empty or has more than one type, must contain exactly one of the supported datatypes',
    );
  }
  const [type, content] = entry as [string, unknown];
  if (!['S', 'N', 'B'].includes(type)) throw invalid(`The type ${type} is not supported by the laptop`);
  if (typeof content !== 'string') throw invalid(`The value of type ${type} is not a string`);
  if (type === 'N' && !WHOLE_NUMBER.test(content)) {
    throw invalid(`The number '${content}' is not supported by the laptop: only whole numbers are`);
  }
  if (type === 'B' && Buffer.from(content, 'base64').toString('base64') !== content) {
    throw invalid('The value of type B is not base64');
  }
  return value;
}

/** Bytes of an item that count towards the limit of 400 KB: names plus values (DynamoDB's developer guide). */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

function valueBytes(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('B' in value) return Buffer.from(value.B, 'base64').length;
  return Math.ceil(value.N.replaceAll(/-|(?<!0)0+$/g, '').length / 2) + 1;
}
