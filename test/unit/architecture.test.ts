import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { QUERY_CACHE_NAMES } from '../../src/api/query-cache/registry.ts';
import { LOADER_NAMES } from '../../src/documents/loaders/formats.ts';
import { INDEX_ADAPTERS } from '../../src/indexes/registry.ts';
import { STORAGES } from '../../src/io/storage/registry.ts';
import { EMBEDDER_NAMES } from '../../src/models/embedders/registry.ts';
import { GENERATOR_NAMES } from '../../src/models/generators/registry.ts';
import { RERANKER_NAMES } from '../../src/models/rerankers/registry.ts';

const SRC = join(import.meta.dirname, '..', '..', 'src');

/**
 * Every part of src with the parts that it imports. A part imports only parts above it, through their `index.ts`. The
 * first folder of a path is its module.
 */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'io/settings': ['core'],
  'io/aws': ['core'],
  'io/storage': ['core', 'io/aws'],
  'io/temporary': ['core', 'io/storage'],
  'io/remote': ['core', 'io/settings', 'io/aws'],
  'io/http-server': ['core'],
  'io/lance': ['core', 'io/storage'],
  'documents/loaders': ['core'],
  'documents/chunking': ['core'],
  'documents/lexical': ['core'],
  'models/local': ['core', 'io/settings'],
  'models/embedders': ['core', 'io/settings', 'io/remote', 'models/local'],
  'models/rerankers': ['core', 'io/settings', 'io/remote', 'models/local', 'documents/lexical'],
  'models/generators': ['core', 'io/settings', 'io/remote', 'documents/lexical'],
  corpus: ['core', 'io/storage', 'io/lance'],
  'corpus/ingest': [
    'core',
    'documents/loaders',
    'documents/chunking',
    'documents/lexical',
    'models/embedders',
    'corpus',
  ],
  indexes: ['core', 'io/storage', 'io/temporary', 'io/lance', 'documents/lexical', 'corpus'],
  'query/retrieval': ['core', 'models/embedders', 'indexes', 'models/rerankers'],
  'query/answering': ['core', 'documents/lexical', 'documents/chunking', 'models/generators'],
  'api/switches': ['core', 'io/remote'],
  'api/query-cache': ['core', 'io/storage', 'io/remote'],
  'api/cost': ['core'],
  'api/observability': ['core', 'api/cost'],
  'api/service': [
    'core',
    'io/storage',
    'models/embedders',
    'corpus',
    'indexes',
    'models/rerankers',
    'models/generators',
    'query/retrieval',
    'query/answering',
    'api/query-cache',
    'api/switches',
    'api/cost',
  ],
  'api/http': ['core', 'api/service'],
  measure: ['core', 'io/settings', 'api/cost', 'documents/lexical'],
  config: [
    'core',
    'io/settings',
    'io/storage',
    'io/temporary',
    'io/remote',
    'io/lance',
    'documents/loaders',
    'documents/chunking',
    'models/embedders',
    'corpus',
    'corpus/ingest',
    'indexes',
    'models/rerankers',
    'models/generators',
    'query/retrieval',
    'query/answering',
    'api/service',
  ],
  'cloud/functions': [
    'query/answering',
    'core',
    'io/storage',
    'io/remote',
    'models/embedders',
    'indexes',
    'models/rerankers',
    'models/generators',
    'api/query-cache',
    'api/switches',
    'api/cost',
    'api/observability',
    'api/service',
    'api/http',
    // `ingest` alone, which is as heavy as the command line.
    'corpus',
    'config',
    'io/temporary',
  ],
  'cloud/deployment': ['core', 'io/settings', 'io/storage', 'io/temporary', 'io/aws', 'io/remote', 'config'],
  laptop: ['core', 'io/storage', 'io/temporary', 'io/http-server'],
  'cli/markup': ['core'],
  cli: [
    'core',
    'cli/markup',
    'io/storage',
    'io/remote',
    'io/lance',
    'documents/loaders',
    'documents/lexical',
    'models/embedders',
    'corpus',
    'corpus/ingest',
    'indexes',
    'models/rerankers',
    'models/generators',
    'query/retrieval',
    'query/answering',
    'measure',
    'api/cost',
    'api/query-cache',
    'api/switches',
    'io/http-server',
    'api/http',
    'laptop',
    'config',
    'cloud/deployment',
  ],
};

/** The entries of the library: they import every part, and no part imports them. */
const ENTRIES: readonly string[] = ['index.ts', 'snapshot.ts'];
/** Constants beside the modules that every part may import. */
const OPEN_FILES: readonly string[] = ['version.ts'];
/** The only file that imports adapters of other parts. */
const COMPOSE = 'config/compose.ts';

/** Registries and the folders beside them: one adapter a folder. */
const REGISTRIES: Readonly<Record<string, readonly string[]>> = {
  'models/embedders': EMBEDDER_NAMES,
  'models/generators': GENERATOR_NAMES,
  'models/rerankers': RERANKER_NAMES,
  indexes: INDEX_ADAPTERS,
  'documents/loaders': LOADER_NAMES,
  'io/storage': Object.keys(STORAGES),
  'api/query-cache': QUERY_CACHE_NAMES,
};

/** Imports past an `index.ts`, `importer -> imported`, with the reason. One that no longer exists fails. */
const PAST_THE_INDEX: Readonly<Record<string, string>> = {
  'cli/compare/write-report.ts -> measure/report/index.ts':
    'charts are drawn by a large library, which a comparison without report does not load',
  'cli/commands/report.ts -> measure/report/index.ts':
    'charts are drawn by a large library, which other commands do not load',
  'cli/commands/bench/simulate.ts -> measure/simulation/limits/limits.ts':
    'the options of every command are known at each start, which loads nothing that measures',
  'cli/commands/bench/simulate.ts -> measure/simulation/plan/examples.ts': 'and so are their help texts',
  'cloud/functions/engines.ts -> io/storage/s3/signed-objects.ts':
    'a small bundle holds the small client alone: the index leads to the SDK',
  'indexes/lancedb/build.ts -> corpus/lancedb/schema.ts':
    'an index version is a copy of the corpus table with its columns',
  'indexes/lancedb/filter-sql.ts -> corpus/lancedb/schema.ts':
    'and those columns have the names the corpus gave them',
};

/** Imports of a sibling adapter, with the reason. One that no longer exists fails. */
const BETWEEN_SIBLINGS: Readonly<Record<string, string>> = {
  'documents/loaders/docx/loader.ts -> documents/loaders/html/extract.ts':
    'a DOCX file is read as the HTML that mammoth makes of it',
};

/** Files that touch process.env outside config, with the reason. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  'cloud/functions/environment.ts':
    'a function is configured by its environment, and its bundle carries no config',
  'laptop/runtime/bootstrap.ts': 'a Lambda runtime is told by its environment what to load',
  'laptop/lifecycle/variables.ts': 'the program of an execution environment is found by PATH',
  'io/lance/native.ts': "LanceDB's native part takes its buffer sizes from the environment alone",
  'cli/memory-settings.ts':
    'memory settings count at the start of a process: those of the C library come from the environment alone',
};

/** Files over 300 lines, with the reason; none may be over 500. */
const LONG_FILES: Readonly<Record<string, string>> = {};

/** Modules at most: more are too many to remember. */
const MOST_MODULES = 14;

const moduleOf = (path: string): string => path.split('/')[0]!;

/** The part that a path relative to src lies in: the longest one that it begins with. */
function partOf(path: string): string {
  const found = Object.keys(PARTS).filter((part) => path.startsWith(`${part}/`));
  return found.sort((left, right) => right.length - left.length)[0] ?? moduleOf(path);
}

interface Import {
  readonly specifier: string;
  /** A static import is loaded with its file; a type-only one is not loaded at all. */
  readonly loaded: 'static' | 'lazily' | 'never';
}

interface SourceFile {
  /** Relative to src, with `/`. */
  readonly path: string;
  readonly part: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const FILES: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    return { path, part: partOf(path), text, imports: importsOf(path, text) };
  });

function importsOf(path: string, text: string): Import[] {
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      const isType = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly === true : node.isTypeOnly;
      imports.push({ specifier: literal(node.moduleSpecifier), loaded: isType ? 'never' : 'static' });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      imports.push({ specifier: literal(node.arguments[0]!), loaded: 'lazily' });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      imports.push({ specifier: literal(node.argument.literal), loaded: 'never' });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return imports;
}

function literal(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : '(computed)';
}

/** Imports of src's own files, as paths relative to src. */
const OWN_IMPORTS = FILES.flatMap((file) =>
  file.imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => {
      const target = relative(SRC, join(SRC, dirname(file.path), specifier)).replaceAll('\\', '/');
      return { from: file, target, part: partOf(target), arrow: `${file.path} -> ${target}` };
    }),
);
const BETWEEN_PARTS = OWN_IMPORTS.filter(
  ({ from, target, part }) =>
    from.part !== part && !ENTRIES.includes(from.path) && !OPEN_FILES.includes(target),
);

/** Groups of files that import each other, by Tarjan's algorithm. */
function cycles(): string[][] {
  const targets = new Map<string, string[]>(FILES.map(({ path }) => [path, []]));
  for (const { from, target } of OWN_IMPORTS) targets.get(from.path)?.push(target);
  const found: string[][] = [];
  const number = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): void => {
    number.set(path, number.size);
    lowest.set(path, number.get(path)!);
    stack.push(path);
    for (const target of targets.get(path) ?? []) {
      if (!number.has(target)) visit(target);
      if (stack.includes(target)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(target)!));
    }
    if (lowest.get(path) !== number.get(path)) return;
    const group = stack.splice(stack.indexOf(path));
    if (group.length > 1) found.push(group.sort());
  };
  for (const path of targets.keys()) if (!number.has(path)) visit(path);
  return found;
}

const folders = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

describe('imports', () => {
  const order = Object.keys(PARTS);

  it('are declared for every folder, in few modules', () => {
    const modules = [...new Set(order.map(moduleOf))];
    expect(modules.sort()).toEqual(folders(SRC));
    expect(modules.length).toBeLessThanOrEqual(MOST_MODULES);
    for (const module of modules.filter((name) => !(name in PARTS))) {
      expect(order.filter((part) => moduleOf(part) === module).sort()).toEqual(
        folders(join(SRC, module)).map((folder) => `${module}/${folder}`),
      );
      expect(FILES.filter(({ path, part }) => moduleOf(path) === module && part === module)).toEqual([]);
    }
  });

  it('lead to parts above, and the parts of a module stand together', () => {
    const backward = Object.entries(PARTS).flatMap(([part, imported]) =>
      imported
        .filter((other) => !order.includes(other) || order.indexOf(other) >= order.indexOf(part))
        .map((other) => `${part} -> ${other}`),
    );
    expect(backward).toEqual([]);
    const groups = order.map(moduleOf).filter((module, at, all) => module !== all[at - 1]);
    expect(groups).toEqual([...new Set(groups)]);
  });

  it('are those that are declared, no more and no fewer', () => {
    const found: Record<string, Set<string>> = Object.fromEntries(order.map((part) => [part, new Set()]));
    for (const { from, part } of BETWEEN_PARTS) found[from.part]?.add(part);
    const sorted = (parts: Iterable<string>) =>
      [...parts].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    const declared = Object.entries(PARTS).map(([part, imported]) => [part, sorted(imported)]);
    expect(Object.entries(found).map(([part, imported]) => [part, sorted(imported)])).toEqual(declared);
  });

  it('enter a part through its index.ts, but for compose.ts and the exceptions with a reason', () => {
    const past = BETWEEN_PARTS.filter(
      ({ from, target, part }) => target !== `${part}/index.ts` && from.path !== COMPOSE,
    );
    expect(past.map(({ arrow }) => arrow).sort()).toEqual(Object.keys(PAST_THE_INDEX).sort());
  });

  it('make no cycle of files, types included', () => {
    expect(cycles()).toEqual([]);
  });

  it('leaves core without any import from outside', () => {
    const outside = FILES.filter(({ part }) => part === 'core').flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => !specifier.startsWith('./'))
        .map(({ specifier }) => `${path} -> ${specifier}`),
    );
    expect(outside).toEqual([]);
  });
});

describe('adapters', () => {
  it.each(Object.entries(REGISTRIES))('has one folder for each name in the registry of %s', (part, names) => {
    expect(folders(join(SRC, part))).toEqual([...names].sort());
  });

  it('does not let an adapter import its sibling', () => {
    const between = OWN_IMPORTS.filter(({ from, target, part }) => {
      const [mine, other] = [from.path, target].map((path) => path.slice(part.length + 1).split('/'));
      const isAdapter = part in REGISTRIES && mine!.length > 1 && other!.length > 1;
      return isAdapter && from.part === part && mine![0] !== other![0];
    });
    expect(between.map(({ arrow }) => arrow).sort()).toEqual(Object.keys(BETWEEN_SIBLINGS).sort());
  });

  it('loads optional packages only when they are used', () => {
    const manifest = JSON.parse(readFileSync(join(SRC, '..', 'package.json'), 'utf8')) as {
      peerDependencies: Record<string, string>;
    };
    const optional = Object.keys(manifest.peerDependencies);
    const eager = FILES.flatMap(({ path, imports }) =>
      imports
        .filter(
          ({ specifier, loaded }) =>
            loaded === 'static' &&
            optional.some((name) => specifier === name || specifier.startsWith(`${name}/`)),
        )
        .map(({ specifier }) => `${path} -> ${specifier}`),
    );
    expect(eager).toEqual([]);
  });
});

describe('files', () => {
  it('reads the environment only in config', () => {
    const readers = FILES.filter(
      ({ part, text }) => part !== 'config' && /process\.env\b|process\[['"]env/.test(text),
    );
    expect(readers.map(({ path }) => path).sort()).toEqual(Object.keys(ENVIRONMENT).sort());
  });

  it('writes to the terminal in one file of the command line, which neutralises what it shows', () => {
    const writers = FILES.filter(
      ({ path, text }) =>
        moduleOf(path) === 'cli' && /\b(?:stdout|stderr|stream)\.write\(|\bconsole\./.test(text),
    );
    expect(writers.map(({ path }) => path)).toEqual(['cli/terminal.ts']);
  });

  it('stays within 300 lines, or has a reason, and never goes over 500', () => {
    const lines = FILES.map(({ path, text }) => ({ path, count: text.split('\n').length - 1 }));
    expect(lines.filter(({ count }) => count > 500).map(({ path }) => path)).toEqual([]);
    expect(lines.filter(({ count }) => count > 300).map(({ path }) => path)).toEqual(
      Object.keys(LONG_FILES).sort(),
    );
  });

  it('is named in kebab-case, at most four folders deep, and none is called utils', () => {
    const odd = FILES.filter(({ path }) => {
      const parts = path.replace(/\.ts$/, '').split('/');
      return (
        parts.length > 5 ||
        parts.some((part) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part) || /^(utils?|helpers?)$/.test(part))
      );
    });
    expect(odd.map(({ path }) => path)).toEqual([]);
  });
});
