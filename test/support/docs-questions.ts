import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the project; the ids of its documents are relative to it. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** Question sets on the project's documentation. */
export const QUESTION_SETS = ['docs-en', 'docs-ko'] as const;

/** Folder of a question set. */
export const questionFolder = (name: (typeof QUESTION_SETS)[number]): string =>
  join(ROOT, 'test', 'quality', name);

/** The pages that the questions are about, relative to the root. */
export const questionPages = (): readonly string[] => [
  'README.md',
  'docs/glossary.md',
  'docs/internals.md',
  ...readdirSync(join(ROOT, 'docs', 'guide'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/guide/${name}`)
    .sort(),
];
