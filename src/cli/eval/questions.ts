import { hasCode, SragError } from '../../core/index.ts';
import {
  documentNames,
  type EvaluationDataset,
  type EvaluationQuery,
  hasRelevant,
  missingDocumentsNote,
  type Question,
  readQuestions,
} from '../../measure/index.ts';
import { commonDocuments } from '../compare/common-documents.ts';
import type { CommandContext } from '../context.ts';

/** Questions to evaluate. */
export interface EvaluationSet {
  readonly name: string;
  readonly split: string;
  readonly queries: readonly EvaluationQuery[];
  /** Undefined if the questions refer to an existing collection. */
  readonly dataset: EvaluationDataset | undefined;
}

/** Settings of {@link readEvaluationSet}. */
export interface EvaluationSetOptions {
  readonly split: string;
  readonly limit?: number;
  readonly answers?: boolean;
}

/**
 * Reads the questions of a dataset folder, with or without a corpus, or of a JSONL file. Without `answers`, only
 * questions with a relevant document are used, because the others measure nothing.
 * @throws PATH_NOT_FOUND, INVALID_DATASET, INVALID_ARGUMENT for an invalid limit
 */
export async function readEvaluationSet(
  path: string,
  { split, limit, answers = false }: EvaluationSetOptions,
  { signal, say }: CommandContext,
): Promise<EvaluationSet> {
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new SragError('INVALID_ARGUMENT', `The limit of queries is ${limit}; it must be an integer >= 1.`, {
      remedy: 'Omit it to evaluate all queries.',
      fields: { field: 'limit', value: limit },
    });
  }
  const { name, questions, dataset, isFile } = await readQuestions(path, { split, signal });
  const used = questions.filter(
    (question) => hasRelevant(question.relevant) || (answers && (isFile || question.answerable === false)),
  );
  if (used.length === 0) {
    throw new SragError('INVALID_DATASET', `No question of ${path} names a relevant document.`, {
      remedy: answers
        ? 'Add judgements to the questions.'
        : 'Add judgements to the questions, or check their answers: --answers',
      fields: { path },
    });
  }
  if (dataset !== undefined && dataset.unknownDocuments > 0)
    say(
      `${dataset.unknownDocuments} judgements name documents that the corpus does not contain; they count as not found.`,
    );
  const queries = used
    .slice(0, limit)
    .map(({ relevant, ...question }): EvaluationQuery => ({ ...question, judgements: relevant }));
  return { name, split, queries, dataset };
}

/**
 * Checks that the collection can be asked questions that were not made for a corpus of their own. Returns whether a
 * name is the id of one of its documents.
 * @throws UNKNOWN_COLLECTION, TOO_FEW_ROWS if it is empty
 */
export async function checkCollection(
  context: CommandContext,
  { name, queries }: EvaluationSet,
): Promise<(name: string) => boolean> {
  const { collection } = context.workspace.config;
  const remedy = 'Ingest the documents that the questions are about first: srag ingest PATH';
  const documents = await commonDocuments(context, [collection]).catch((cause: unknown) => {
    if (!hasCode(cause, 'UNKNOWN_COLLECTION')) throw cause;
    throw new SragError(
      'UNKNOWN_COLLECTION',
      `${(cause as SragError).message} Questions without a corpus, such as '${name}', are asked of an existing collection.`,
      { remedy, cause },
    );
  });
  if (documents.size === 0) {
    throw new SragError('TOO_FEW_ROWS', `Collection '${collection}' contains no documents.`, {
      remedy,
      fields: { collection },
    });
  }
  const known = documentNames(documents);
  const questions = queries.map(
    ({ judgements, ...query }): Question => ({
      ...query,
      relevant: judgements,
      answerable: query.answerable,
      kind: query.kind,
    }),
  );
  const missing = missingDocumentsNote(questions, (document) => known.has(document));
  if (missing !== undefined) context.say(missing);
  return (document) => documents.has(document);
}
