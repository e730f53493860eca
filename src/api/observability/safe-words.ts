import { SEARCH_MODES } from '../../core/index.ts';

/** A request id, a version, a trace id: letters, digits and a few signs, so that no sentence fits. */
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

/** Root and sampling of an X-Ray header. */
export function traceIdOf(header: unknown): string | undefined {
  return typeof header === 'string'
    ? /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/.exec(header)?.[1]
    : undefined;
}

/** Values of one dimension: names only, and only so many, since each makes metrics that are paid for. */
export class BoundedNames {
  readonly #seen = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The name; `none` where there is none, `other` for what is no name or one too many. */
  of(name: unknown): string {
    if (name === undefined) return 'none';
    if (typeof name !== 'string' || !NAME.test(name)) return 'other';
    if (!this.#seen.has(name) && this.#seen.size >= this.#most) return 'other';
    this.#seen.add(name);
    return name;
  }
}

export const safeMode = (mode: unknown): string =>
  mode === undefined ? 'none' : (SEARCH_MODES.find((known) => known === mode) ?? 'other');
