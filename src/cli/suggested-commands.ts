import { SragError } from '../core/index.ts';

/** Commands that open a location and that messages suggest. A test compares this list with the program. */
const SUGGESTED =
  /\bsrag (ingest|index [a-z]+|collection [a-z]+|show|search|ask|eval|compare|questions make|serve|deploy|diff|destroy|doctor|bench (?:init|run))\b(?! --help)/g;

/** Options that select the location and settings, with the commands that accept them. */
const OPTIONS: readonly (readonly [name: string, commands: RegExp])[] = [
  ['location', /./],
  ['collection', /^(?!collection (?:list|delete)|doctor|destroy)/],
  ['config', /./],
  ['region', /^(?:deploy|diff|destroy|doctor)$/],
  ['profile', /^(?:deploy|diff|destroy|doctor)$/],
];

/** Adds the user's options to the commands that a text suggests, so that they work when copied. */
export function withUserOptions(text: string, given: object): string {
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

/** The error, with the user's options added to the commands in its remedy. */
export function withGivenOptionsInRemedy(error: SragError, given: object): SragError {
  const { code, message, remedy, fields, upstream, cause } = error;
  if (remedy === undefined) return error;
  return new SragError(code, message, {
    remedy: withUserOptions(remedy, given),
    ...{ fields, upstream, cause },
  });
}

/** Quotes a word for the shell. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
