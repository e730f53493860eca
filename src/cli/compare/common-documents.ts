import { SragError } from '../../core/index.ts';
import type { CommandContext } from '../context.ts';

/**
 * Ids of the documents, which must be the same in all collections.
 * @throws SETTINGS_MISMATCH, UNKNOWN_COLLECTION
 */
export async function commonDocuments(
  { workspace }: CommandContext,
  collections: readonly string[],
): Promise<ReadonlySet<string>> {
  const [first = '', ...others] = collections;
  const expected = await documentIds(first);
  for (const name of others) {
    const actual = await documentIds(name);
    const shared = [...expected].filter((id) => actual.has(id)).length;
    const difference = expected.size + actual.size - 2 * shared;
    if (difference === 0) continue;
    throw new SragError(
      'SETTINGS_MISMATCH',
      `Collections '${first}' and '${name}' differ in ${difference} documents, so their embedders cannot be compared.`,
      {
        remedy: 'Ingest the same files into both, each with its embedder.',
        fields: { field: 'collections', collections: [first, name], documents: difference },
      },
    );
  }
  return expected;

  async function documentIds(name: string): Promise<Set<string>> {
    const own = workspace.of(name);
    const corpus = await own.corpus(await own.collection());
    const ids = new Set<string>();
    for await (const records of corpus.documents()) for (const { id } of records) ids.add(id);
    return ids;
  }
}
