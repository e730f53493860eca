/** A number with three significant digits, such as `0.0123`, `12.3` or `1,230`. */
export function amount(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1_000 ? rounded.toLocaleString('en-US') : String(rounded);
}

/** A share as a percentage with one decimal. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A duration in milliseconds, or in seconds if it is at least 10 s. */
export const duration = (ms: number): string =>
  ms >= 10_000 ? `${amount(ms / 1_000)} s` : `${amount(ms)} ms`;

export const bytes = (value: number): string =>
  value >= 1e9
    ? `${amount(value / 1e9)} GB`
    : value >= 1e6
      ? `${amount(value / 1e6)} MB`
      : value >= 1e3
        ? `${amount(value / 1e3)} kB`
        : `${amount(value)} bytes`;

/** A figure that may be unknown. */
export const known = (value: number | undefined, write: (value: number) => string): string =>
  value === undefined ? '-' : write(value);

/** `11 to 13`. */
export const range = (
  { low, high }: { readonly low: number; readonly high: number },
  write: (value: number) => string,
): string => `${write(low)} to ${write(high)}`;

/** Display columns of a text; East Asian characters take two. */
export const columnsOf = (text: string): number =>
  [...text].reduce(
    (sum, character) =>
      sum + (/[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffdc]/.test(character) ? 2 : 1),
    0,
  );

/** Shortens names to a number of columns by cutting their middle; duplicates get their number as a prefix. */
export function shortNames(names: readonly string[], columns: number): readonly string[] {
  const short = names.map((name) => cutInMiddle(name, columns));
  return short.map((name, index) =>
    short.indexOf(name) === short.lastIndexOf(name)
      ? name
      : cutInMiddle(`${index + 1} ${names[index]!}`, columns),
  );
}

function cutInMiddle(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const characters = [...text];
  const ends = { first: '', last: '' };
  for (let index = 0; index < characters.length; index++) {
    const [first, last] = [ends.first + characters[index]!, characters.at(-1 - index)! + ends.last];
    if (columnsOf(first + ends.last) >= columns) break;
    ends.first = first;
    if (columnsOf(ends.first + last) >= columns) break;
    ends.last = last;
  }
  return `${ends.first}\u2026${ends.last}`;
}

/** Escapes text for HTML, including attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
