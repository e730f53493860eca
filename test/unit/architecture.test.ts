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
 * Every part of src with the parts that it imports. A part imports only parts listed before it, through their
 * `index.ts`. The first folder of a path is its module.
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
  indexes: [
    'core',
    'io/settings',
    'io/aws',
    'io/storage',
    'io/temporary',
    'io/remote',
    'io/lance',
    'documents/lexical',
    'corpus',
  ],
  'query/retrieval': ['core', 'models/embedders', 'indexes', 'models/rerankers'],
  'query/conversation': [
    'core',
    'documents/lexical',
    'documents/chunking',
    'models/generators',
    'query/retrieval',
  ],
  'query/answering': ['core', 'documents/lexical', 'documents/chunking', 'models/generators'],
  'query/asking': ['models/generators', 'query/retrieval', 'query/conversation', 'query/answering'],
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
    'query/conversation',
    'query/answering',
    'api/query-cache',
    'api/switches',
    'api/cost',
  ],
  'api/http': ['core', 'api/service'],
  'measure/cost': ['core', 'api/cost'],
  measure: ['core', 'io/settings', 'api/cost', 'documents/lexical', 'measure/cost'],
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
    'query/asking',
    'api/service',
  ],
  'cloud/functions': [
    'query/conversation',
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
    // Only the function `ingest` imports the parts below. It loads as many modules as the command line does.
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
    'query/asking',
    'measure',
    'measure/cost',
    'api/cost',
    'api/switches',
    'io/http-server',
    'api/http',
    'laptop',
    'config',
    'cloud/deployment',
  ],
};

/** The entry points of the library: they may import every part, and no part imports them. */
const ENTRIES: readonly string[] = ['index.ts', 'snapshot.ts'];
/** Files directly in src that every part may import. */
const OPEN_FILES: readonly string[] = ['version.ts'];
/** The only file that imports adapters of other parts. */
const COMPOSE = 'config/compose.ts';

/** Adapter names by the folder of their registry, which has one folder per adapter. */
const REGISTRIES: Readonly<Record<string, readonly string[]>> = {
  'models/embedders': EMBEDDER_NAMES,
  'models/generators': GENERATOR_NAMES,
  'models/rerankers': RERANKER_NAMES,
  indexes: INDEX_ADAPTERS,
  'documents/loaders': LOADER_NAMES,
  'io/storage': Object.keys(STORAGES),
  'api/query-cache': QUERY_CACHE_NAMES,
};

/** Imports that bypass an `index.ts`, as `importer -> imported`, with the reason. Tests fail on stale entries. */
const PAST_THE_INDEX: Readonly<Record<string, string>> = {
  'cli/compare/write-report.ts -> measure/report/index.ts':
    'charts are drawn by a large library, which a comparison without a report does not load',
  'cli/cost/write-report.ts -> measure/report/index.ts':
    'charts are drawn by a large library, which costs without a report do not load',
  'cli/commands/report.ts -> measure/report/index.ts':
    'charts are drawn by a large library, which other commands do not load',
  'cli/commands/bench/simulate.ts -> measure/simulation/limits/limits.ts':
    'every start of the command line needs the options of all commands, but no measuring code',
  'cli/commands/bench/simulate.ts -> measure/simulation/plan/examples.ts': 'the same applies to help texts',
  'cloud/functions/engines.ts -> io/storage/s3/signed-objects.ts':
    'small bundles contain only the small client; the index would import the SDK',
  'indexes/lancedb/build.ts -> corpus/lancedb/rows.ts': 'an index version has the rows of the corpus table',
  'indexes/lancedb/build.ts -> corpus/lancedb/schema.ts':
    'an index version is a copy of the corpus table with its columns',
  'indexes/lancedb/filter-sql.ts -> corpus/lancedb/schema.ts':
    'an index version has the column names of the corpus table',
  'indexes/lancedb/hits.ts -> corpus/lancedb/rows.ts': 'an index version has the rows of the corpus table',
};

/** Imports of a sibling adapter, with the reason. Tests fail on stale entries. */
const BETWEEN_SIBLINGS: Readonly<Record<string, string>> = {
  'documents/loaders/docx/loader.ts -> documents/loaders/html/extract.ts':
    'a DOCX file is read as the HTML that mammoth converts it to',
  'indexes/s3-vectors/build.ts -> indexes/snapshot/build/build.ts': 'its texts and terms are a snapshot',
  'indexes/s3-vectors/nearest.ts -> indexes/snapshot/query/nearest-rows.ts': 'it finds rows of that snapshot',
  'indexes/s3-vectors/searcher.ts -> indexes/snapshot/open.ts': 'it reads that snapshot',
  'indexes/s3-vectors/vector-spool.ts -> indexes/snapshot/build/id-list.ts':
    'its keys are the numbers of the rows of that snapshot, in the same order of ids',
  'indexes/s3-vectors/vector-spool.ts -> indexes/snapshot/build/spill.ts': 'it needs the same temporary file',
};

/** Files outside config that access process.env, with the reason. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  'cloud/functions/environment.ts':
    'a function is configured by its environment, and its bundle does not contain config',
  'laptop/runtime/bootstrap.ts': 'the environment tells a Lambda runtime what to load',
  'laptop/lifecycle/variables.ts': 'the program of an execution environment is found by PATH',
  'io/lance/native.ts': "LanceDB's native library reads its buffer sizes only from the environment",
  'cli/memory-settings.ts':
    'memory settings apply when a process starts; the C library reads its own only from the environment',
};

/** Files over 300 lines, with the reason; none may exceed 500. */
const LONG_FILES: Readonly<Record<string, string>> = {};

/** Maximum number of modules, because more are hard to remember. */
const MOST_MODULES = 14;

const moduleOf = (path: string): string => path.split('/')[0]!;

/** The part that contains a path relative to src: the longest part that is a prefix of the path. */
function partOf(path: string): string {
  const found = Object.keys(PARTS).filter((part) => path.startsWith(`${part}/`));
  return found.sort((left, right) => right.length - left.length)[0] ?? moduleOf(path);
}

interface Import {
  readonly specifier: string;
  /** When it is loaded: with the importing file, on demand (lazily), or never (an import of types only). */
  readonly loaded: 'static' | 'lazily' | 'never';
}

interface SourceFile {
  /** The path of the file relative to src, separated by `/`. */
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

/** Finds the groups of files that import each other, with Tarjan's algorithm. */
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

  it('are declared for every part, and there are at most 14 modules', () => {
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

  it('refer only to parts listed earlier; the parts of a module are listed together', () => {
    const backward = Object.entries(PARTS).flatMap(([part, imported]) =>
      imported
        .filter((other) => !order.includes(other) || order.indexOf(other) >= order.indexOf(part))
        .map((other) => `${part} -> ${other}`),
    );
    expect(backward).toEqual([]);
    const groups = order.map(moduleOf).filter((module, at, all) => module !== all[at - 1]);
    expect(groups).toEqual([...new Set(groups)]);
  });

  it('are exactly those that `PARTS` declares', () => {
    const found: Record<string, Set<string>> = Object.fromEntries(order.map((part) => [part, new Set()]));
    for (const { from, part } of BETWEEN_PARTS) found[from.part]?.add(part);
    const sorted = (parts: Iterable<string>) =>
      [...parts].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    const declared = Object.entries(PARTS).map(([part, imported]) => [part, sorted(imported)]);
    expect(Object.entries(found).map(([part, imported]) => [part, sorted(imported)])).toEqual(declared);
  });

  it('from another part use its index.ts, except in compose.ts and the listed exceptions', () => {
    const past = BETWEEN_PARTS.filter(
      ({ from, target, part }) => target !== `${part}/index.ts` && from.path !== COMPOSE,
    );
    expect(past.map(({ arrow }) => arrow).sort()).toEqual(Object.keys(PAST_THE_INDEX).sort());
  });

  it('form no cycle between files, including type imports', () => {
    expect(cycles()).toEqual([]);
  });

  it('in core refer only to core', () => {
    const outside = FILES.filter(({ part }) => part === 'core').flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => !specifier.startsWith('./'))
        .map(({ specifier }) => `${path} -> ${specifier}`),
    );
    expect(outside).toEqual([]);
  });
});

describe('adapters', () => {
  it.each(Object.entries(REGISTRIES))(
    'have one folder for each name in the registry of %s',
    (part, names) => {
      expect(folders(join(SRC, part))).toEqual([...names].sort());
    },
  );

  it('do not import sibling adapters, except for the listed ones', () => {
    const between = OWN_IMPORTS.filter(({ from, target, part }) => {
      const [mine, other] = [from.path, target].map((path) => path.slice(part.length + 1).split('/'));
      const isAdapter = part in REGISTRIES && mine!.length > 1 && other!.length > 1;
      return isAdapter && from.part === part && mine![0] !== other![0];
    });
    expect(between.map(({ arrow }) => arrow).sort()).toEqual(Object.keys(BETWEEN_SIBLINGS).sort());
  });

  it('load an optional package only when the adapter is used', () => {
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
  it('read the environment only in config and the listed exceptions', () => {
    const readers = FILES.filter(
      ({ part, text }) => part !== 'config' && /process\.env\b|process\[['"]env/.test(text),
    );
    expect(readers.map(({ path }) => path).sort()).toEqual(Object.keys(ENVIRONMENT).sort());
  });

  it('of the CLI write to the terminal only through terminal.ts, which neutralises control characters', () => {
    const writers = FILES.filter(
      ({ path, text }) =>
        moduleOf(path) === 'cli' && /\b(?:stdout|stderr|stream)\.write\(|\bconsole\./.test(text),
    );
    expect(writers.map(({ path }) => path)).toEqual(['cli/terminal.ts']);
  });

  it('have at most 300 lines, or at most 500 if a reason is listed', () => {
    const lines = FILES.map(({ path, text }) => ({ path, count: text.split('\n').length - 1 }));
    expect(lines.filter(({ count }) => count > 500).map(({ path }) => path)).toEqual([]);
    expect(lines.filter(({ count }) => count > 300).map(({ path }) => path)).toEqual(
      Object.keys(LONG_FILES).sort(),
    );
  });

  it('have kebab-case names, are at most four folders deep, and are not called utils or helpers', () => {
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
