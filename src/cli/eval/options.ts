import { SragError } from '../../core/index.ts';
import type { CommonOptions } from '../context.ts';

/** Options of `srag eval`. */
export interface EvalOptions extends CommonOptions {
  readonly vectors?: string;
  readonly split: string;
  readonly limit?: number;
  readonly output?: string;
  readonly answers?: boolean;
  readonly failures?: string;
  readonly compare?: readonly string[];
}

/** Checks which options go together. @throws INVALID_ARGUMENT */
export function checkOptions({ failures, answers, compare }: EvalOptions): void {
  if (compare !== undefined && compare.length !== 2) {
    throw new SragError('INVALID_ARGUMENT', `--compare takes two values; ${compare.length} were given.`, {
      remedy: 'For example --compare lancedb-flat:lexical lancedb-flat:hybrid',
      fields: { field: 'compare' },
    });
  }
  if (failures === undefined || (answers === true && compare === undefined)) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    compare === undefined ? '--failures needs --answers.' : '--failures and --compare exclude each other.',
    {
      remedy:
        compare === undefined
          ? 'Add --answers. srag compare --failures lists the questions whose relevant documents were not found.'
          : 'Evaluate one index at a time.',
      fields: { field: 'failures' },
    },
  );
}

/** The error if no dataset is given and `--compare` names no result files. */
export function missingDataset(compare: readonly string[] | undefined): SragError {
  const message =
    compare === undefined
      ? 'No dataset folder or question file was given.'
      : `'${compare.join("' and '")}' are not both result files, and no dataset folder or question file was given.`;
  return new SragError('INVALID_ARGUMENT', message, {
    remedy: 'srag eval DATASET, or srag eval --compare A.jsonl B.jsonl',
    fields: { field: 'dataset' },
  });
}

/** The error if vectors are given for questions about an existing collection. */
export const vectorsWithoutCorpus = (path: string): SragError =>
  new SragError('INVALID_ARGUMENT', `--vectors needs a dataset with a corpus, but '${path}' has none.`, {
    remedy: 'Omit it: the collection is searched with the embedder that it was ingested with.',
    fields: { field: 'vectors' },
  });
