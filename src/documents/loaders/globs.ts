import { normaliseText, SragError, withoutTrailingSlashes } from '../../core/index.ts';
import { GlobMatcher } from './glob-matcher.ts';
import { parseGlob } from './glob-syntax.ts';

/** Every path is matched against every pattern, so these limits bound the time per path. */
const MAX_PATTERN_LENGTH = 1_000;
const MAX_PATTERNS_LENGTH = 32 * 1_024;

/**
 * Tests whether a path within the walked folder matches one of the globs: `*`, `**`, `?`, `[a-z]`, `{a,b}`, `{1..3}`,
 * `@(a|b)`, `?(a)`, `*(a)`, `+(a)`. A glob without `/` also matches the file name alone; a folder matches everything in
 * it.
 * @throws INVALID_ARGUMENT for a glob that is empty, too long or invalid
 */
export function globTest(globs: readonly string[], option: string): (path: string) => boolean {
  checkLength(globs, `The globs of '${option}'`);
  const matchers = globs.map((glob) => {
    const clean = withoutTrailingSlashes(composed(glob).replace(/^\.\//, ''));
    if (clean.trim() === '')
      throw invalid(`A glob of '${option}' is empty.`, `For example --${option} '**/*.md'.`);
    if (clean.startsWith('!') && clean[1] !== '(')
      throw invalid(
        `The glob '${shown(glob)}' of '${option}' is negated.`,
        'Use --include for files to include and --exclude for files to exclude.',
      );
    const anchored = clean.includes('/') ? clean : `**/${clean}`;
    return matcherOf(`${withoutEverything(anchored)}/**`, `The glob '${shown(glob)}' of '${option}'`, true);
  });
  return (path) => {
    const name = composed(path);
    return matchers.some((matcher) => matcher.matches(name));
  };
}

/** Converts a name to NFC, because macOS returns decomposed file names, but people type composed ones. */
const composed = (name: string): string => normaliseText(name, 'NFC');

/** Removes trailing `/**` from a glob. */
function withoutEverything(glob: string): string {
  let end = glob.length;
  while (glob.endsWith('/**', end)) end -= 3;
  return glob.slice(0, end);
}

/** A line of an ignore file. A negated line includes paths again. */
interface IgnorePattern {
  readonly matcher: GlobMatcher;
  readonly isNegated: boolean;
  readonly foldersOnly: boolean;
}

/** The rules of one ignore file, with git's semantics but case-insensitive. */
export class IgnorePatterns {
  readonly #patterns: readonly IgnorePattern[];

  /** @throws INVALID_ARGUMENT for patterns that are too long */
  constructor(text: string, path: string) {
    const lines = composed(text)
      .split(/\r?\n/)
      .map(withoutTrailingSpaces)
      .filter((line) => line !== '' && !line.startsWith('#'));
    checkLength(lines, `The patterns of ${path}`);
    this.#patterns = lines.flatMap((line) => patternOf(line, path) ?? []);
  }

  /** The effect of the last rule that matches a path or a folder above it; undefined if no rule matches. */
  verdict(path: string, isFolder: boolean): 'ignored' | 'taken' | undefined {
    const name = composed(path).toLowerCase();
    const fits = this.#patterns.map(({ matcher }) => matcher.folders(name));
    const depth = path.split('/').length;
    for (let level = 0; level < depth; level++) {
      const isLast = level === depth - 1;
      const last = this.#patterns.findLast(
        ({ foldersOnly }, index) => fits[index]![level] && (!foldersOnly || !isLast || isFolder),
      );
      // Paths in an ignored folder cannot be included again.
      if (last?.isNegated === false) return 'ignored';
      if (isLast && last !== undefined) return 'taken';
    }
    return undefined;
  }
}

function patternOf(line: string, path: string): IgnorePattern | undefined {
  const isNegated = line.startsWith('!');
  const body = isNegated ? line.slice(1) : line;
  const foldersOnly = body.endsWith('/');
  const glob = body.replace(/\/$/, '');
  if (glob === '') return undefined;
  const anchored = glob.includes('/') ? glob.replace(/^\//, '') : `**/${glob}`;
  return {
    matcher: matcherOf(anchored.toLowerCase(), `The pattern '${shown(line)}' of ${path}`, false),
    isNegated,
    foldersOnly,
  };
}

/** Removes trailing spaces, except after a backslash. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ' && line[end - 2] !== '\\') end--;
  return line.slice(0, end);
}

function matcherOf(glob: string, what: string, groups: boolean): GlobMatcher {
  try {
    return new GlobMatcher(parseGlob(glob, { groups, folderItself: groups }));
  } catch (error) {
    if (error instanceof RangeError)
      throw invalid(
        `${what} cannot be used: ${error.message}.`,
        'Write the alternatives as separate patterns.',
      );
    throw error;
  }
}

function checkLength(patterns: readonly string[], what: string): void {
  const long = patterns.find((pattern) => pattern.length > MAX_PATTERN_LENGTH);
  if (long !== undefined)
    throw invalid(
      `${what} contain '${shown(long)}' of ${long.length} characters; the limit is ${MAX_PATTERN_LENGTH}.`,
      'Shorten it.',
    );
  const length = patterns.reduce((sum, pattern) => sum + pattern.length, 0);
  if (length > MAX_PATTERNS_LENGTH)
    throw invalid(
      `${what} have ${length} characters in total; the limit is ${MAX_PATTERNS_LENGTH}.`,
      'Name folders instead of single files, or use wildcards.',
    );
}

const shown = (glob: string): string => (glob.length > 60 ? `${glob.slice(0, 60)}...` : glob);

const invalid = (message: string, remedy: string): SragError =>
  new SragError('INVALID_ARGUMENT', message, { remedy });
