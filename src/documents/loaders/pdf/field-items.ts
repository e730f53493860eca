import type { PageItem } from './page-text.ts';

/** An annotation of a page, as returned by PDF.js; form fields have the subtype `Widget`. */
export interface Annotation {
  readonly subtype?: string;
  readonly rect?: readonly number[];
  readonly hidden?: boolean;
  readonly password?: boolean;
  readonly fieldType?: string;
  readonly fieldValue?: unknown;
  readonly checkBox?: boolean;
  readonly radioButton?: boolean;
  readonly exportValue?: string;
  readonly buttonValue?: string;
  readonly options?: readonly { readonly exportValue?: string; readonly displayValue?: string }[];
  readonly contentsObj?: { readonly str?: string };
}

/** Maximum distance between a field's rectangle and its label's baseline. */
const ROW_TOLERANCE = 4;
/** Maximum items examined per row. */
const MAX_ROW_ITEMS = 500;
/** The index of a field that is before all items. */
const NOWHERE = -1;
const TICKED = '\u2612';
const NOT_TICKED = '\u2610';

/** The visible value of a field; '' if it is empty. */
function filledIn(annotation: Annotation): string {
  const { fieldType, fieldValue, checkBox, radioButton, exportValue, buttonValue, contentsObj } = annotation;
  if (annotation.hidden === true || annotation.password === true) return '';
  if (annotation.subtype === 'FreeText') return contentsObj?.str ?? '';
  if (annotation.subtype !== 'Widget') return '';
  if (fieldType === 'Tx') return typeof fieldValue === 'string' ? fieldValue : '';
  if (fieldType === 'Ch') return chosenOf(annotation);
  if (checkBox === true) return isTicked(fieldValue, exportValue) ? TICKED : NOT_TICKED;
  if (radioButton === true) return isTicked(fieldValue, buttonValue) ? TICKED : NOT_TICKED;
  return '';
}

const isTicked = (value: unknown, own: string | undefined): boolean =>
  typeof value === 'string' && value !== 'Off' && (own === undefined || value === own);

function chosenOf({ fieldValue, options = [] }: Annotation): string {
  const values = Array.isArray(fieldValue) ? fieldValue : [fieldValue];
  return values
    .filter((value): value is string => typeof value === 'string')
    .map((value) => options.find(({ exportValue }) => exportValue === value)?.displayValue ?? value)
    .join(', ');
}

interface Field {
  readonly text: string;
  readonly left: number;
  readonly bottom: number;
  readonly top: number;
}

function fieldOf(annotation: Annotation): Field | undefined {
  const text = filledIn(annotation).trim();
  const { rect } = annotation;
  if (text === '' || rect === undefined) return undefined;
  const [left = 0, bottom = 0, , top = 0] = rect;
  return { text, left, bottom, top };
}

/**
 * Inserts the values of form fields into the items of a page: after the item to their left in the same row, else before
 * the item to their right, else after the item above.
 */
export function withFieldValues(
  items: readonly PageItem[],
  annotations: readonly Annotation[],
): readonly PageItem[] {
  const fields = annotations.flatMap((annotation) => fieldOf(annotation) ?? []);
  if (fields.length === 0) return items;
  const rows = new Rows(items);
  const before = new Map<number, Field[]>();
  const behind = new Map<number, Field[]>();
  for (const field of fields.sort((a, b) => b.top - a.top || a.left - b.left)) {
    const { index, isBefore } = rows.placeOf(field);
    const placed = isBefore ? before : behind;
    const others = placed.get(index);
    if (others === undefined) placed.set(index, [field]);
    else others.push(field);
  }
  return [
    ...(behind.get(NOWHERE) ?? []).map((field) => itemOfField(field, true)),
    ...items.flatMap((item, index) => withFields(item, before.get(index) ?? [], behind.get(index) ?? [])),
  ];
}

const itemOfField = ({ text, left, bottom }: Field, hasEOL: boolean): PageItem => ({
  str: text,
  hasEOL,
  height: 0,
  transform: [1, 0, 0, 1, left, bottom],
});

/** An item with the field values before and after it, in the same line. */
function withFields(item: PageItem, before: readonly Field[], behind: readonly Field[]): PageItem[] {
  const strings = [
    ...before.map(({ text }) => `${text} `),
    item.str,
    ...behind.map(({ text }) => ` ${text}`),
  ];
  return strings.map((str, index) => ({ ...item, str, hasEOL: item.hasEOL && index === strings.length - 1 }));
}

/** The position of a field among the items. */
interface Place {
  readonly index: number;
  readonly isBefore: boolean;
}

interface Positioned {
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** The items of a page sorted by vertical position, to find a field's row without scanning all items. */
class Rows {
  readonly #byHeight: readonly Positioned[];

  constructor(items: readonly PageItem[]) {
    this.#byHeight = items
      .map(({ str, transform }, index) => ({ index, x: transform[4] ?? 0, y: transform[5] ?? 0, str }))
      .filter(({ str }) => str.trim() !== '')
      .sort((a, b) => a.y - b.y);
  }

  placeOf({ left, bottom, top }: Field): Place {
    const from = this.#firstFrom(bottom - ROW_TOLERANCE);
    let at = from;
    let leftOf: Positioned | undefined;
    let rightOf: Positioned | undefined;
    for (; at < this.#byHeight.length && at - from < MAX_ROW_ITEMS && this.#byHeight[at]!.y <= top; at++) {
      const item = this.#byHeight[at]!;
      if (item.x <= left) {
        if (leftOf === undefined || item.x >= leftOf.x) leftOf = item;
      } else if (rightOf === undefined || item.x < rightOf.x) rightOf = item;
    }
    if (leftOf === undefined && rightOf !== undefined) return { index: rightOf.index, isBefore: true };
    return { index: (leftOf ?? this.#byHeight[at])?.index ?? NOWHERE, isBefore: false };
  }

  #firstFrom(y: number): number {
    let low = 0;
    let high = this.#byHeight.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#byHeight[middle]!.y < y) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
