import type { Argument, Command, Option } from 'commander';
import { loadConfig, processEnvironment, Workspace } from '../config/index.ts';
import { METRICS, SEARCH_MODES } from '../core/index.ts';
import { listCollections } from '../corpus/index.ts';
import { INDEX_KINDS } from '../indexes/index.ts';
import { EMBEDDER_NAMES } from '../models/embedders/index.ts';
import { GENERATOR_NAMES } from '../models/generators/index.ts';
import { RERANKER_NAMES } from '../models/rerankers/index.ts';

/** First word of the command line that completion scripts send. */
export const COMPLETE = '__complete';
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Timeout for reading a location; after it, no names are returned. */
const PATIENCE_MS = 3_000;

type Values = (line: Line) => readonly string[] | Promise<readonly string[]>;

/** The parsed words before the word to complete. */
interface Line {
  readonly command: Command;
  /** Values of options by long name. */
  readonly given: ReadonlyMap<string, string>;
  /** The option whose value is being completed. */
  readonly option: Option | undefined;
  /** The argument being completed. */
  readonly argument: Argument | undefined;
}

const kinds: Values = () => INDEX_KINDS;
const collections: Values = ({ given }) => inWorkspace(given, ({ storage }) => listCollections(storage));
const versions =
  (...forms: readonly ('kind@version' | 'version')[]): Values =>
  ({ given }) =>
    inWorkspace(given, async (workspace) => {
      const manifests = await workspace.catalogue(workspace.config.collection).list();
      return manifests.flatMap(({ kind, version }) =>
        forms.map((form) => (form === 'version' ? version : `${kind}@${version}`)),
      );
    });
const indexes: Values = async (line) => [...INDEX_KINDS, ...(await versions('kind@version')(line))];

/** Possible values by long option name, for options whose choices commander does not know. */
const OPTION_VALUES: Readonly<Record<string, Values>> = {
  '--index': indexes,
  '--compare': indexes,
  '--kinds': kinds,
  '--mode': () => ['auto', ...SEARCH_MODES],
  '--metric': () => METRICS,
  '--fusion': () => ['weighted-sum', 'rrf'],
  '--collection': collections,
  '--allow-collection': collections,
  '--embedder': () => EMBEDDER_NAMES,
  '--reranker': () => RERANKER_NAMES,
  '--generator': () => GENERATOR_NAMES,
};
/** Options whose value is a comma-separated list. */
const LISTS: readonly string[] = ['--kinds'];

/** Values of arguments, by the command's path. */
const ARGUMENT_VALUES: Readonly<Record<string, Values>> = {
  'index build': kinds,
  'index publish': versions('version', 'kind@version'),
  'index validate': indexes,
  'index stats': indexes,
  'collection delete': collections,
  completion: () => SHELLS,
};

/** Completions of the last of `words`, which may be empty; none if file names are expected. */
export async function completions(program: Command, words: readonly string[]): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  const line = lineOf(program, words.slice(0, -1));
  if (LISTS.includes(line.option?.long ?? '')) {
    const before = current.slice(0, current.lastIndexOf(',') + 1);
    const values = (await valuesOf(line)).map((value) => before + value);
    return values.filter((value) => value.startsWith(current));
  }
  const [, name, prefix] = /^(--[\w-]+)=(.*)$/.exec(current) ?? [];
  if (name !== undefined && line.option === undefined) {
    const option = line.command.options.find(({ long }) => long === name);
    const values = option === undefined ? [] : await valuesOf({ ...line, option });
    return values.filter((value) => value.startsWith(prefix!)).map((value) => `${name}=${value}`);
  }
  return (await candidates(line, current)).filter((word) => word.startsWith(current));
}

async function candidates(line: Line, current: string): Promise<readonly string[]> {
  if (line.option !== undefined) return valuesOf(line);
  if (current.startsWith('-')) return [...optionsOf(line.command), '--help'];
  const names = line.command.commands.map((command) => command.name());
  return names.length > 0 ? names : valuesOf(line);
}

const optionsOf = ({ options }: Command): string[] =>
  options.filter(({ hidden }) => !hidden).map(({ long, short }) => long ?? short ?? '');

function valuesOf(line: Line): readonly string[] | Promise<readonly string[]> {
  const { option, argument, command } = line;
  if (option !== undefined) return option.argChoices ?? OPTION_VALUES[option.long ?? '']?.(line) ?? [];
  if (argument === undefined) return [];
  return argument.argChoices ?? ARGUMENT_VALUES[pathOf(command)]?.(line) ?? [];
}

function lineOf(program: Command, words: readonly string[]): Line {
  const given = new Map<string, string>();
  let command = program;
  let option: Option | undefined;
  let arguments_ = 0;
  for (const word of words) {
    if (option !== undefined) {
      given.set(option.long ?? '', word);
      option = undefined;
    } else if (word.startsWith('-')) {
      const [name, value] = word.split(/=(.*)/s, 2);
      const found = command.options.find(({ long, short }) => long === name || short === name);
      if (value !== undefined) given.set(name!, value);
      else if (found?.required) option = found;
    } else {
      const child = command.commands.find((each) => each.name() === word);
      if (child === undefined) arguments_ += 1;
      else command = child;
    }
  }
  const known = command.registeredArguments;
  const last = known.at(-1);
  const argument = known[arguments_] ?? (last?.variadic ? last : undefined);
  return { command, given, option, argument };
}

const pathOf = (command: Command): string =>
  command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim();

/** Reads names from the location that the command line selects; none if it cannot be read. */
async function inWorkspace(
  given: Line['given'],
  list: (workspace: Workspace) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const found = async (): Promise<readonly string[]> => {
    const file = given.get('--config');
    const loaded = await loadConfig({
      cwd: process.cwd(),
      environment: processEnvironment(),
      file,
      options: { location: given.get('--location'), collection: given.get('--collection') },
    });
    const workspace = await Workspace.open(loaded, processEnvironment(), process.cwd());
    return list(workspace).finally(() => workspace.close());
  };
  const late = new Promise<readonly string[]>((resolve) => {
    setTimeout(() => resolve([]), PATIENCE_MS).unref();
  });
  return Promise.race([found().catch(() => []), late]);
}
