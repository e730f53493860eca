/** A number with three significant digits, such as `0.0123`, `12.3` or `1,230`. */
export function amount(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1_000 ? rounded.toLocaleString('en-US') : String(rounded);
}

/** A share as per cent with one decimal. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Milliseconds, or seconds from 10 s. */
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

/** Text for HTML, attributes included. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
