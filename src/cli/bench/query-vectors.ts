import { SragError } from '../../core/index.ts';
import type { Question } from '../../measure/index.ts';
import { openVectorFolder } from '../../models/embedders/index.ts';

/** Precomputed vectors of questions. */
export interface QueryVectors {
  vectorOf(question: Question): readonly number[];
  close(): Promise<void>;
}

/** Opens the query vectors of a folder. @throws PATH_NOT_FOUND, INVALID_DATASET */
export async function openQueryVectors(directory: string): Promise<QueryVectors> {
  const opened = await openVectorFolder(directory);
  const given = await opened.queries();
  if (given === undefined) {
    await opened.close();
    throw new SragError('INVALID_DATASET', `${directory} contains no query vectors.`, {
      remedy: 'Add queries.f16.npy (or .f32.npy) and queries-ids.txt.',
      fields: { path: directory },
    });
  }
  const rows = new Map(given.ids.map((id, row) => [id, row]));
  const { dimensions } = opened;
  return {
    vectorOf: ({ id }) => {
      const row = rows.get(id);
      if (row !== undefined)
        return Array.from(given.vectors.subarray(row * dimensions, (row + 1) * dimensions));
      throw new SragError('INVALID_DATASET', `${directory} contains no vector of question '${id}'.`, {
        remedy: 'Embed all questions.',
        fields: { path: directory, id },
      });
    },
    close: () => opened.close(),
  };
}
