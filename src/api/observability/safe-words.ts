import { SEARCH_MODES } from '../../core/index.ts';

/** Matches ids, versions and trace ids (letters, digits and a few symbols), but no sentence. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const ROUTE = /^(GET|POST|PUT|DELETE|OPTIONS|HEAD) (\/[a-z0-9.-]{0,40}){1,4}$/;

const matching =
  (pattern: RegExp) =>
  (text: unknown): string | undefined =>
    typeof text === 'string' && pattern.test(text) ? text : undefined;

export const safeId = matching(ID);
export const safeRoute = matching(ROUTE);
export const safeCode = matching(/^[A-Z][A-Z0-9_]{1,59}$/);
export const safeErrorName = matching(/^[A-Z][A-Za-z0-9]{0,59}$/);

/** The Root field of an X-Ray header. */
export function traceIdOf(header: unknown): string | undefined {
  return typeof header === 'string'
    ? /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/.exec(header)?.[1]
    : undefined;
}

/** Limits how many values one dimension can have, since each value creates metrics that cost money. */
export class BoundedNames {
  readonly #seen = new Set<string>();
  readonly #maxNames: number;

  constructor(maxNames: number) {
    this.#maxNames = maxNames;
  }

  /** Returns the name; `none` if absent, `other` if invalid or beyond the limit. */
  of(name: unknown): string {
    if (name === undefined) return 'none';
    if (typeof name !== 'string' || !NAME.test(name)) return 'other';
    if (!this.#seen.has(name) && this.#seen.size >= this.#maxNames) return 'other';
    this.#seen.add(name);
    return name;
  }
}

export const safeMode = (mode: unknown): string =>
  mode === undefined ? 'none' : (SEARCH_MODES.find((known) => known === mode) ?? 'other');
