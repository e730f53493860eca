import { readFileSync } from 'node:fs';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options }>
>['values'];

/**
 * Parses the options of a benchmark. `--help` prints the first comment of its source file. Exits with 2 if a
 * required option is missing.
 */
export function optionsOf<const Options extends ParseArgsOptionsConfig, Needed extends string = never>(
  file: string,
  options: Options,
  needed: readonly Needed[] = [],
): Values<Options> & { readonly [Name in Needed]: string } {
  const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
  const given = values as Readonly<Record<string, unknown>>;
  const missing = needed.filter((name) => given[name] === undefined);
  if (given.help === true) {
    process.stdout.write(`${descriptionOf(file)}\n`);
    process.exit(0);
  }
  if (missing.length > 0) {
    process.stderr.write(
      `Needed: ${missing.map((name) => `--${name}`).join(', ')}\n\n${descriptionOf(file)}\n`,
    );
    process.exit(2);
  }
  return values as Values<Options> & { readonly [Name in Needed]: string };
}

/** The first comment of a source file, without comment markers. */
function descriptionOf(file: string): string {
  const [, comment = ''] = /\/\*\*\n([\s\S]*?)\n \*\//.exec(readFileSync(file, 'utf8')) ?? [];
  return comment.replaceAll(/^ \* ?/gm, '');
}
