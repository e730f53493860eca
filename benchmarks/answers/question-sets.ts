import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRag, type Hit } from '../../src/index.ts';
import { type Question, readQuestions } from '../../src/measure/index.ts';
import { QUESTION_SETS, questionFolder, questionPages, ROOT } from '../../test/support/docs-questions.ts';

/** A question with what was found for it. */
export interface AskedQuestion {
  readonly question: Question;
  /** More than an answer uses. */
  readonly hits: readonly Hit[];
}

export interface QuestionSet {
  readonly name: string;
  /** Sets about the same documents form a group, which is left out as a whole. */
  readonly group: string;
  /** Weight of one of its questions. */
  readonly weight: number;
  /**
   * Whether most questions use other words than the pages, so that the passages often lack the answer. Limits that let
   * such questions pass would refuse few unanswerable ones.
   */
  readonly isHard: boolean;
  readonly asked: readonly AskedQuestion[];
}

/** Folders with documents that people asked about. */
export interface DocumentFolders {
  /** The datasets qed-nq, clapnq and tatqa, and documentation folders with their questions. */
  readonly data: string;
  /** Folder `docs/content` of the npm package `npm`. */
  readonly npmDocs?: string | undefined;
  /** Folder `share/doc/rust/html/cargo` of a Rust toolchain. */
  readonly cargoDocs?: string | undefined;
  /** Folder `/usr/share/doc` of Debian 12 with the packages of {@link DEBIAN_DOCUMENTATION}. */
  readonly debianDocs?: string | undefined;
}

interface Source {
  readonly name: string;
  readonly group: string;
  readonly weight: number;
  readonly isHard?: boolean;
  /** Folder of the questions. */
  readonly questions: string;
  /** Files and folders to ingest. */
  readonly documents: readonly string[];
  readonly split?: string;
  readonly limit?: number;
}

/** The pages of the Cargo book, without its index and the page that repeats all others. */
const CARGO_PAGES = ['getting-started', 'guide', 'reference', 'commands', 'appendix', 'faq.html'];
/** Documentation in Debian 12 packages: folders below `/usr/share/doc`, and which of their files are pages. */
const DEBIAN_DOCUMENTATION = [
  { name: 'git', folder: 'git-doc', pages: /^[^/]+\.html$/ },
  {
    name: 'sqlite',
    folder: 'sqlite3',
    pages:
      /^(?!doc_|fullsql|requirements|changes|oldnews|chronology|hp1|capi3ref|keyword_index|sitemap|cves)[^/]+\.html$/,
  },
  {
    name: 'postgresql',
    folder: 'postgresql-doc-15/html',
    pages:
      /^(?:runtime-config|app-|auth-|backup|continuous-archiving|high-availability|warm-standby|hot-standby|maintenance|routine-|monitoring|sql-(?:create|alter|copy|vacuum|explain|insert|grant|lock|analyze|cluster|reindex|truncate|listen|notify)|ddl-|datatype|indexes|mvcc|explicit-locking|transaction-iso|limits|populate|performance-tips|using-explain|logical-replication|ssl-tcp|client-auth|kernel-resources|storage-toast|disk)[^/]*\.html$/,
  },
  { name: 'django', folder: 'python-django-doc/html', pages: /^(?:topics|howto|faq)\/.*\.html$/ },
  {
    name: 'borg',
    folder: 'borgbackup/html',
    pages:
      /^(?:(?:faq|quickstart|installation|introduction|support|internals|deployment|usage)\.html|(?:deployment|usage|internals)\/.*\.html)$/,
  },
  { name: 'debian-ko', folder: 'installation-guide-amd64/ko', pages: /^[^/]+\.html$/ },
] as const;
/** Number of passages found for a question. */
const FOUND = 20;
/** There are few questions on documentation, and they matter most. */
export const DOCUMENTATION_WEIGHT = 3;

/**
 * Reads the question sets and searches for each question with the default settings. A set whose files are missing is
 * reported and left out.
 */
export async function readQuestionSets(folders: DocumentFolders): Promise<QuestionSet[]> {
  const unpacked = await mkdtemp(join(tmpdir(), 'srag-train-answers-'));
  try {
    const sets: QuestionSet[] = [];
    for (const source of sourcesIn(folders, unpacked)) {
      const missing = [source.questions, ...source.documents].find((path) => !existsSync(path));
      if (missing === undefined) sets.push(await readSet(source));
      else process.stderr.write(`${source.name} is left out: ${missing} does not exist.\n`);
    }
    return sets;
  } finally {
    await rm(unpacked, { recursive: true });
  }
}

function sourcesIn({ data, npmDocs, cargoDocs, debianDocs }: DocumentFolders, unpacked: string): Source[] {
  const dataset = (name: string, weight: number, more: Partial<Source> = {}): Source => {
    const folder = join(data, name);
    return {
      name,
      group: name,
      weight,
      questions: folder,
      documents: [join(folder, 'corpus.jsonl.gz')],
      ...more,
    };
  };
  const documentation = (
    name: string,
    group: string,
    questions: string,
    documents: readonly string[],
  ): Source => ({
    ...{ name, group, weight: DOCUMENTATION_WEIGHT, questions, documents },
  });
  const own = join(import.meta.dirname, 'questions');
  const lambda = unpack(data, 'docs-aws-lambda', unpacked);
  const fastapi = unpack(data, 'docs-fastapi-ko', unpacked);
  return [
    dataset('qed-nq', 1, { name: 'qed-nq (training)', split: 'train', limit: 3_000 }),
    dataset('qed-nq', 0),
    dataset('clapnq', 1),
    dataset('tatqa', 2),
    documentation('aws-lambda-qa', 'aws-lambda', join(data, 'aws-lambda-qa'), [lambda]),
    documentation('fastapi-ko-qa', 'fastapi', join(data, 'fastapi-ko-qa'), [fastapi]),
    documentation('fastapi-ko (own)', 'fastapi', join(own, 'fastapi-ko'), [fastapi]),
    documentation('fastapi-en (own)', 'fastapi', join(own, 'fastapi-en'), [
      unpack(data, 'docs-fastapi-en', unpacked),
    ]),
    documentation('npm (own)', 'npm', join(own, 'npm'), [npmDocs ?? 'npm-docs']),
    documentation(
      'cargo (own)',
      'cargo',
      join(own, 'cargo'),
      CARGO_PAGES.map((page) => join(cargoDocs ?? 'cargo-docs', page)),
    ),
    ...DEBIAN_DOCUMENTATION.map(({ name, folder, pages }) => ({
      ...documentation(
        `${name} (own)`,
        name,
        join(own, name),
        pagesIn(join(debianDocs ?? 'debian-docs', folder), pages),
      ),
      isHard: true,
    })),
    ...QUESTION_SETS.map((name) =>
      documentation(
        name,
        'srag',
        questionFolder(name),
        questionPages().map((page) => join(ROOT, page)),
      ),
    ),
  ];
}

/** Files below a folder whose relative path matches, or the folder itself if it does not exist. */
function pagesIn(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [folder];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => pattern.test(file))
    .sort()
    .map((file) => join(folder, file));
}

function unpack(data: string, name: string, to: string): string {
  spawnSync('tar', ['xzf', join(data, `${name}.tar.gz`), '-C', to]);
  return join(to, name, 'content');
}

async function readSet({
  name,
  group,
  weight,
  isHard = false,
  questions,
  documents,
  split,
  limit,
}: Source): Promise<QuestionSet> {
  const location = await mkdtemp(join(tmpdir(), 'srag-train-answers-'));
  const rag = await createRag({ location }, location);
  try {
    await rag.ingest(documents);
    const asked: AskedQuestion[] = [];
    const { questions: read } = await readQuestions(questions, { split });
    const judged = read.filter(({ relevant, answerable }) => relevant !== undefined || answerable === false);
    for (const question of judged.slice(0, limit)) {
      const { hits } = await rag.search(question.text, { topK: FOUND });
      asked.push({ question, hits });
    }
    return { name, group, weight, isHard, asked };
  } finally {
    await rag.close();
    await rm(location, { recursive: true });
  }
}
