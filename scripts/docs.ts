/**
 * Updates the documentation: `npm run docs`. Code between `<!-- example: FILE -->` and `<!-- /example -->` is
 * replaced by that file of docs/examples, and a block after `<!-- output: FILE.sh -->` by its output. Pages
 * of docs/reference are generated from the program. test/e2e/docs.test.ts fails if anything is out of date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { adaptersReference } from './docs-adapters.ts';
import { httpApiReference } from './docs-api.ts';
import { laptopReference } from './docs-laptop.ts';
import { libraryReference } from './docs-library.ts';
import { cliReference, configReference, indexKindsReference } from './docs-reference.ts';
import { runShellExample } from './docs-run.ts';

export const ROOT = join(import.meta.dirname, '..');
const EXAMPLES = join(ROOT, 'docs', 'examples');
const MARKED = /(<!-- (example|output): (\S+) -->\n)([\s\S]*?)(<!-- \/\2 -->)/g;

/** Markdown files of the project, relative to its root. */
export const markdownFiles = (): string[] => [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.startsWith('examples'))
    .map((path) => join('docs', path))
    .sort(),
];

/** Names of the example files that can be run; the extension selects the interpreter. */
export const exampleFiles = (): string[] =>
  readdirSync(EXAMPLES)
    .filter((name) => /\.(sh|ts)$/.test(name))
    .sort();

/** The text of a page with every marked block replaced by the contents of its file. */
export const withExamples = (markdown: string): string =>
  markdown.replace(MARKED, (_all, open: string, kind: string, name: string, _old: string, close: string) => {
    const file = kind === 'example' ? name : name.replace(/\.sh$/, '.output.txt');
    const language = kind === 'output' ? 'text' : name.endsWith('.sh') ? 'sh' : 'ts';
    return `${open}\`\`\`${language}\n${readFileSync(join(EXAMPLES, file), 'utf8').trimEnd()}\n\`\`\`\n${close}`;
  });

/** Example files shown on the page. */
export const shownExamples = (markdown: string): string[] =>
  [...markdown.matchAll(MARKED)].filter(([, , kind]) => kind === 'example').map((match) => match[3]!);

/** Scripts whose output is shown on any page. */
export const shownOutputs = (): string[] => {
  const text = markdownFiles()
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .join('\n');
  return [
    ...new Set(
      [...text.matchAll(MARKED)].filter(([, , kind]) => kind === 'output').map((match) => match[3]!),
    ),
  ];
};

/** Generated pages, by path relative to the root. */
export const referencePages = async (): Promise<Readonly<Record<string, string>>> => ({
  'docs/reference/adapters.md': await adaptersReference(),
  'docs/reference/cli.md': cliReference(),
  'docs/reference/configuration.md': configReference(),
  'docs/reference/http-api.md': httpApiReference(),
  'docs/reference/index-kinds.md': await indexKindsReference(),
  'docs/reference/laptop-services.md': await laptopReference(),
  'docs/reference/library.md': libraryReference(),
});

async function update(): Promise<void> {
  for (const name of shownOutputs()) {
    const { output } = runShellExample(name);
    writeFileSync(join(EXAMPLES, name.replace(/\.sh$/, '.output.txt')), output);
  }
  const pages: Record<string, string> = { ...(await referencePages()) };
  for (const path of markdownFiles()) pages[path] ??= withExamples(readFileSync(join(ROOT, path), 'utf8'));
  for (const [path, text] of Object.entries(pages)) writeFileSync(join(ROOT, path), text);
  process.stdout.write(
    `${Object.keys(pages).length} pages are up to date in ${relative('.', ROOT) || '.'}\n`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await update();
