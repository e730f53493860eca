import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { SragError } from '../../core/index.ts';
import { type EvaluationDataset, readDataset, readQueries } from './dataset.ts';
import { datasetLines, findDatasetFile, invalidLine, parseRecord } from './dataset-files.ts';

/** A question with its gold answers and relevant documents. */
export interface Question {
  readonly id: string;
  readonly text: string;
  /** Ids or paths of relevant documents with their grades; undefined if not judged. */
  readonly relevant: ReadonlyMap<string, number> | undefined;
  /** Gold answers; empty if there are none. */
  readonly answers: readonly string[];
  /** False if the documents do not answer the question; undefined if unknown. */
  readonly answerable: boolean | undefined;
  /** Kind of the question, for breakdowns. */
  readonly kind: string | undefined;
}

/** Questions of a dataset folder or of a JSONL file. */
export interface QuestionSet {
  /** The path as the caller gave it. */
  readonly source: string;
  readonly name: string;
  readonly questions: readonly Question[];
  /** Whether srag drafted them from the collection (`srag questions make`). */
  readonly synthetic: boolean;
  /** Whether the source is a JSONL file, all of whose questions belong together. */
  readonly isFile: boolean;
  /** The dataset, if the source is a dataset folder with a corpus that can be ingested. */
  readonly dataset: EvaluationDataset | undefined;
}

export interface QuestionOptions {
  /** Split of a dataset. Default `test`. */
  readonly split?: string | undefined;
  /** Maximum number of questions; the first ones are used. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads questions from a dataset folder (BEIR layout) or from a JSONL file of
 * `{id?, text, relevant?, answers?, answerable?, kind?}`.
 * @throws PATH_NOT_FOUND; INVALID_DATASET naming file and line, or if there are no questions
 */
export async function readQuestions(source: string, options: QuestionOptions = {}): Promise<QuestionSet> {
  const path = resolve(source);
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) {
    throw new SragError('PATH_NOT_FOUND', `There are no questions at ${path}.`, {
      remedy:
        'Name a dataset folder (BEIR layout) or a JSONL file; srag questions make drafts questions from a collection.',
      fields: { path },
    });
  }
  return info.isDirectory() ? fromDataset(source, path, options) : fromFile(source, path, options);
}

/** Reads a dataset folder. If it has no corpus, its questions refer to an existing collection. */
async function fromDataset(
  source: string,
  path: string,
  { split = 'test', limit, signal }: QuestionOptions,
): Promise<QuestionSet> {
  const hasCorpus = await findDatasetFile(path, 'corpus.jsonl').then(
    () => true,
    () => false,
  );
  const dataset = hasCorpus ? await readDataset(path, { split, signal }) : undefined;
  const queries = (await readQueries(path, split)).slice(0, limit);
  const questions = queries.map(({ judgements, ...query }): Question => ({ ...query, relevant: judgements }));
  return { source, name: basename(path), questions, synthetic: false, isFile: false, dataset };
}

async function fromFile(source: string, path: string, { limit }: QuestionOptions): Promise<QuestionSet> {
  const questions: Question[] = [];
  const ids = new Set<string>();
  let synthetic = false;
  for await (const line of datasetLines(path)) {
    const record = parseRecord(line);
    const question = questionOf(record, line.place, questions.length + 1);
    if (ids.has(question.id))
      throw invalidLine(line.place, `question '${question.id}' occurs on an earlier line`);
    ids.add(question.id);
    synthetic ||= record.synthetic === true;
    questions.push(question);
    if (questions.length === limit) break;
  }
  if (questions.length === 0) {
    throw new SragError('INVALID_DATASET', `${path} contains no question.`, {
      remedy: 'Write one JSON object per line: {"text": "How many days of leave are there?"}',
      fields: { path },
    });
  }
  return {
    source,
    name: basename(path).replace(/\.jsonl(\.gz)?$/, ''),
    questions,
    synthetic,
    isFile: true,
    dataset: undefined,
  };
}

function questionOf(record: Readonly<Record<string, unknown>>, place: string, number: number): Question {
  const { text, relevant, answerable, kind } = record;
  if (typeof text !== 'string' || text.trim() === '')
    throw invalidLine(place, `its text is ${JSON.stringify(text) ?? 'missing'}`);
  const id = record.id ?? record._id ?? `q${number}`;
  if (typeof id !== 'string' && typeof id !== 'number') throw invalidLine(place, 'its id is not a string');
  if (answerable !== undefined && typeof answerable !== 'boolean')
    throw invalidLine(place, `answerable is ${JSON.stringify(answerable)}, not true or false`);
  if (kind !== undefined && typeof kind !== 'string') throw invalidLine(place, 'kind is not a string');
  const documents = strings(relevant, 'relevant', place);
  return {
    id: String(id),
    text,
    relevant: documents.length === 0 ? undefined : new Map(documents.map((document) => [document, 1])),
    answers: strings(record.answers, 'answers', place),
    answerable,
    kind,
  };
}

function strings(value: unknown, field: string, place: string): readonly string[] {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (list.every((item) => typeof item === 'string')) return list;
  throw invalidLine(place, `${field} contains a value that is not a string`);
}
