import { SragError } from '../core/index.ts';

/** Commands that open a location, as far as texts suggest them; a test compares them with the program. */
const SUGGESTED =
  /\bsrag (ingest|index [a-z]+|collection [a-z]+|show|search|ask|eval|compare|questions make|serve|deploy|diff|destroy|doctor|bench (?:init|run))\b(?! --help)/g;

/** Options that say where a command works, with the commands that they mean something to. */
const OPTIONS: readonly (readonly [name: string, commands: RegExp])[] = [
  ['location', /./],
  ['collection', /^(?!collection (?:list|delete)|doctor|destroy)/],
  ['config', /./],
  ['region', /^(?:deploy|diff|destroy|doctor)$/],
  ['profile', /^(?:deploy|diff|destroy|doctor)$/],
];

/** A text whose suggested commands repeat the options that its reader has given, so that they work when copied. */
export function withGivenOptions(text: string, given: object): string {
  return text.replace(SUGGESTED, (words: string, command: string, at: number) => {
    const rest = text.slice(at + words.length);
    const repeated = OPTIONS.flatMap(([name, commands]) => {
      const value: unknown = (given as Record<string, unknown>)[name];
      const isNeeded = typeof value === 'string' && commands.test(command) && !rest.includes(`--${name} `);
      return isNeeded ? [`--${name} ${quoted(value)}`] : [];
    });
    return [words, ...repeated].join(' ');
  });
}

/** The error with such a remedy. */
export function withGivenOptionsInRemedy(error: SragError, given: object): SragError {
  const { code, message, remedy, fields, upstream, cause } = error;
  if (remedy === undefined) return error;
  return new SragError(code, message, {
    remedy: withGivenOptions(remedy, given),
    ...{ fields, upstream, cause },
  });
}

/** A word of a command line. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
