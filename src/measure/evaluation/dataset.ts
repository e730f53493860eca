import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SragError, throwIfAborted, unknownName } from '../../core/index.ts';
import {
  datasetLines,
  findDatasetFile,
  invalidLine,
  listSplits,
  parseRecord,
  recordId,
} from './dataset-files.ts';
import { hasRelevant, type Judgements } from './metrics.ts';

/** A query of a dataset with its gold answers and judgements. */
export interface EvaluationQuery {
  readonly id: string;
  readonly text: string;
  /** Gold answers: `metadata.answers` of its record; empty if there are none. */
  readonly answers: readonly string[];
  /** False if the documents do not answer the query; undefined if unknown. */
  readonly answerable?: boolean;
  /** Kind of the query, for breakdowns. */
  readonly kind?: string;
  /** Undefined if the query is not judged: its answer is scored, but not its ranking. */
  readonly judgements: Judgements | undefined;
}

/** A query with judgements. */
export interface JudgedQuery extends EvaluationQuery {
  readonly judgements: Judgements;
}

/** A query of a dataset folder, judged or not. */
export interface DatasetQuery {
  readonly id: string;
  readonly text: string;
  readonly answers: readonly string[];
  /** `metadata.answerable`: false if the documents do not answer the query. */
  readonly answerable: boolean | undefined;
  /** `metadata.kind`. */
  readonly kind: string | undefined;
  /** Undefined if the query is not judged. */
  readonly judgements: Judgements | undefined;
}

/** A dataset in the BEIR layout, without the texts of its corpus. */
export interface EvaluationDataset {
  readonly name: string;
  readonly split: string;
  readonly folder: string;
  /** `corpus.jsonl` or `corpus.jsonl.gz`, for ingestion. */
  readonly corpusPath: string;
  /** Ids of the corpus's records in file order: row i of precomputed vectors belongs to id i. */
  readonly documentIds: readonly string[];
  /** Queries with at least one positive judgement, in file order. */
  readonly queries: readonly JudgedQuery[];
  /** Number of judgements of documents that are not in the corpus. Their documents count as not found. */
  readonly unknownDocuments: number;
  /** Number of judged queries without a positive judgement, which are excluded. */
  readonly withoutPositive: number;
}

/** Settings of {@link readDataset}. */
export interface DatasetOptions {
  /** Name of the judgements file in `qrels/`. Default `test`. */
  readonly split?: string;
  /** Maximum number of queries; the first ones are used. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads queries and judgements of a dataset folder and checks them against each other and the corpus's ids.
 * @throws PATH_NOT_FOUND; INVALID_DATASET naming file and line; INVALID_ARGUMENT for an invalid limit
 */
export async function readDataset(path: string, options: DatasetOptions = {}): Promise<EvaluationDataset> {
  const { split = 'test', limit } = options;
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new SragError('INVALID_ARGUMENT', `The limit of queries is ${limit}; it must be an integer >= 1.`, {
      remedy: 'Omit it to evaluate all queries.',
      fields: { field: 'limit', value: limit },
    });
  }
  const folder = resolve(path);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new SragError('PATH_NOT_FOUND', `There is no dataset folder ${folder}.`, {
      remedy: 'Name a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv (BEIR layout).',
      fields: { path: folder },
    });
  }
  const corpusPath = await findDatasetFile(folder, 'corpus.jsonl');
  const judged = (await readQueries(folder, split)).flatMap(({ judgements, ...query }) =>
    judgements === undefined ? [] : [{ ...query, judgements }],
  );
  const queries = judged.filter(({ judgements }) => hasRelevant(judgements));
  if (queries.length === 0) {
    throw new SragError('INVALID_DATASET', `${folder} contains no positive judgement of split '${split}'.`, {
      remedy: 'At least one line QUERY-ID<tab>DOCUMENT-ID<tab>GRADE needs a grade above 0.',
    });
  }
  throwIfAborted(options.signal);
  const corpus = await readCorpusIds(corpusPath, queries, options.signal);
  return {
    name: basename(folder),
    split,
    folder,
    corpusPath,
    documentIds: corpus.documentIds,
    queries: queries.slice(0, limit ?? queries.length),
    unknownDocuments: corpus.unknown,
    withoutPositive: judged.length - queries.length,
  };
}

async function findJudgements(folder: string, split: string): Promise<string> {
  const splits = await listSplits(folder);
  if (splits.length > 0 && !splits.includes(split))
    throw unknownName('INVALID_DATASET', 'split', split, splits);
  return findDatasetFile(join(folder, 'qrels'), `${split}.tsv`);
}

type QueryText = Omit<DatasetQuery, 'id' | 'judgements'>;

/** All queries of a dataset folder in file order, with the judgements of a split. @throws INVALID_DATASET */
export async function readQueries(folder: string, split: string): Promise<readonly DatasetQuery[]> {
  const queriesPath = await findDatasetFile(folder, 'queries.jsonl');
  const judgementsPath = await findJudgements(folder, split);
  const texts = await readQueryTexts(queriesPath);
  const judgements = await readJudgements(judgementsPath, texts, queriesPath);
  return [...texts].map(([id, query]) => ({ id, ...query, judgements: judgements.get(id) }));
}

async function readQueryTexts(path: string): Promise<Map<string, QueryText>> {
  const queries = new Map<string, QueryText>();
  for await (const line of datasetLines(path)) {
    const record = parseRecord(line);
    const id = recordId(record, line.place);
    const { text } = record;
    if (typeof text !== 'string')
      throw invalidLine(line.place, `its text is ${JSON.stringify(text) ?? 'missing'}`);
    if (queries.has(id)) throw invalidLine(line.place, `query '${id}' occurs on an earlier line`);
    const { answerable, kind } = (record.metadata ?? {}) as Readonly<Record<string, unknown>>;
    queries.set(id, {
      text,
      answers: goldAnswers(record),
      answerable: typeof answerable === 'boolean' ? answerable : undefined,
      kind: typeof kind === 'string' ? kind : undefined,
    });
  }
  return queries;
}

function goldAnswers(record: Readonly<Record<string, unknown>>): readonly string[] {
  const { metadata } = record;
  const answers =
    typeof metadata === 'object' && metadata !== null && 'answers' in metadata ? metadata.answers : [];
  return (Array.isArray(answers) ? answers : [answers]).filter((answer) => typeof answer === 'string');
}

/**
 * Reads lines `query<tab>document<tab>grade`, or TREC's `query 0 document grade`. A first line without a
 * numeric grade is a header.
 */
async function readJudgements(
  path: string,
  known: ReadonlyMap<string, unknown>,
  queriesPath: string,
): Promise<Map<string, Map<string, number>>> {
  const judgements = new Map<string, Map<string, number>>();
  let isFirst = true;
  for await (const { text, place } of datasetLines(path)) {
    const columns = text.split('\t').map((column) => column.trim());
    const [query, document, given] = columns.length === 4 ? [columns[0], columns[2], columns[3]] : columns;
    const isHeader = isFirst && Number.isNaN(Number(given));
    isFirst = false;
    if (isHeader && columns.length >= 3) continue;
    if (!query || !document || !given || columns.length > 4) {
      throw invalidLine(place, `it has ${columns.length} columns; write QUERY-ID<tab>DOCUMENT-ID<tab>GRADE`);
    }
    const grade = Number(given);
    if (!Number.isFinite(grade)) throw invalidLine(place, `its grade is '${given}', not a number`);
    if (!known.has(query)) throw invalidLine(place, `query '${query}' is not in ${queriesPath}`);
    const grades = judgements.get(query) ?? new Map<string, number>();
    const before = grades.get(document);
    if (before !== undefined && before !== grade) {
      throw invalidLine(
        place,
        `document '${document}' was graded ${before} for query '${query}' before, now ${grade}`,
      );
    }
    judgements.set(query, grades.set(document, grade));
  }
  return judgements;
}

async function readCorpusIds(
  path: string,
  queries: readonly JudgedQuery[],
  signal: AbortSignal | undefined,
): Promise<{ documentIds: readonly string[]; unknown: number }> {
  const missing = new Set(queries.flatMap(({ judgements }) => [...judgements.keys()]));
  const documentIds: string[] = [];
  for await (const line of datasetLines(path)) {
    throwIfAborted(signal);
    const id = recordId(parseRecord(line), line.place);
    documentIds.push(id);
    missing.delete(id);
  }
  const unknown = queries.reduce(
    (count, { judgements }) => count + [...judgements.keys()].filter((id) => missing.has(id)).length,
    0,
  );
  return { documentIds, unknown };
}
