import { nearestName, parseIndexSelector } from '../../core/index.ts';

/** Values of the run-time switches. */
export interface SwitchValues {
  /** Whether the scheduled warm-up runs. */
  readonly warmup: boolean;
  /** Whether answers are read from and written to the query cache. */
  readonly queryCache: boolean;
  /** Retention of answers in the query cache, in minutes. */
  readonly queryCacheMinutes: number;
  /** Whether passages are reduced to sentences relevant to the question before the answer is generated. */
  readonly compression: boolean;
  /** The index to search, as `KIND` or `KIND@VERSION`; default: the one chosen at deployment. */
  readonly index?: string;
  /** Unit prices in USD by dotted name, which override those of the price table. */
  readonly prices?: Readonly<Record<string, number>>;
}

export const DEFAULT_SWITCHES: SwitchValues = Object.freeze({
  warmup: true,
  queryCache: true,
  queryCacheMinutes: 60,
  compression: false,
});

/** Maximum of `query-cache-minutes`: 30 days. */
const MAX_MINUTES = 43_200;

/** Checks for switch values that other modules define. */
export interface SwitchChecks {
  /** Kinds that `index` may name. */
  readonly indexKinds: readonly string[];
  /** Throws if a price's name does not exist or its value is invalid. */
  readonly checkPrices?: (prices: Readonly<Record<string, number>>) => void;
}

/** A parameter that was ignored. */
export interface SwitchProblem {
  /** For example `query-cache-minutes`. */
  readonly parameter: string;
  /** One sentence with the actual value and the allowed ones. */
  readonly message: string;
}

type Reader = (text: string, checks: SwitchChecks) => Partial<SwitchValues>;

class NotAllowed extends Error {}

const onOff = (text: string): boolean => {
  const word = text.trim().toLowerCase();
  if (word === 'on' || word === 'true') return true;
  if (word === 'off' || word === 'false') return false;
  throw new NotAllowed('use on or off');
};

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0 || value > MAX_MINUTES)
    throw new NotAllowed(`use a number greater than 0, at most ${MAX_MINUTES}`);
  return value;
}

function indexName(text: string, { indexKinds }: SwitchChecks): string {
  const { kind, version } = parseIndexSelector(text.trim());
  const isVersion = version === undefined || /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(version);
  if (!indexKinds.includes(kind) || !isVersion)
    throw new NotAllowed(`use KIND or KIND@VERSION; the kinds are ${indexKinds.join(', ')}`);
  return text.trim();
}

function prices(text: string, { checkPrices }: SwitchChecks): Readonly<Record<string, number>> {
  const allowed = 'use a JSON object of price names and USD, for example {"lambda.requests": 2e-7}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotAllowed(allowed);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NotAllowed(allowed);
  const entries = Object.entries(value);
  if (!entries.every(([, usd]) => typeof usd === 'number' && Number.isFinite(usd) && usd >= 0))
    throw new NotAllowed(allowed);
  const checked = Object.freeze(Object.fromEntries(entries) as Record<string, number>);
  try {
    checkPrices?.(checked);
  } catch (error) {
    throw new NotAllowed(error instanceof Error ? error.message : allowed);
  }
  return checked;
}

/** Parsers of the parameters, by their name below a deployment's path. */
const READERS: Readonly<Record<string, Reader>> = {
  warmup: (text) => ({ warmup: onOff(text) }),
  'query-cache': (text) => ({ queryCache: onOff(text) }),
  'query-cache-minutes': (text) => ({ queryCacheMinutes: minutes(text) }),
  compression: (text) => ({ compression: onOff(text) }),
  index: (text, checks) => ({ index: indexName(text, checks) }),
  prices: (text, checks) => ({ prices: prices(text, checks) }),
};

/** Names of the parameters, for infrastructure and documentation. */
export const SWITCH_NAMES: readonly string[] = Object.keys(READERS);

/**
 * Reads switch values from parameters, by name below the path. Absent and invalid parameters keep the value
 * in `defaults`. The value `default` counts as absent, because SSM cannot store empty parameters.
 */
export function readParameters(
  parameters: ReadonlyMap<string, string>,
  defaults: SwitchValues,
  checks: SwitchChecks,
): { readonly values: SwitchValues; readonly problems: readonly SwitchProblem[] } {
  const problems: SwitchProblem[] = [];
  let values = defaults;
  for (const [parameter, text] of parameters) {
    const reader = Object.hasOwn(READERS, parameter) ? READERS[parameter] : undefined;
    if (reader === undefined) {
      const nearest = nearestName(parameter, SWITCH_NAMES);
      const meant = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
      problems.push({
        parameter,
        message: `this switch does not exist; the switches are ${SWITCH_NAMES.join(', ')}${meant}`,
      });
    } else if (text.trim() !== 'default') {
      try {
        values = { ...values, ...reader(text, checks) };
      } catch (error) {
        if (!(error instanceof NotAllowed)) throw error;
        problems.push({ parameter, message: `it is ${shown(text)}: ${error.message}` });
      }
    }
  }
  return { values: Object.freeze(values), problems };
}

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
