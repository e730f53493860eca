import type { Table as LanceTable, VectorQuery } from '@lancedb/lancedb';
import { type CollectionSettings, SragError } from '../../core/index.ts';
import { guarded } from '../../io/lance/index.ts';
import type { IndexParameters } from '../port.ts';
import type { LanceKind } from './kinds.ts';

/** Matches the nodes of LanceDB's query plan that use a vector index. */
const INDEX_NODE = /ANNSubIndex|ANNIvfPartition|KNNIndex|ANNIvf/;

/**
 * Checks that the table has exactly the requested kind of index and that queries use it.
 * @throws VALIDATION_FAILED if LanceDB built or uses another one
 */
export async function verifyKind(
  table: LanceTable,
  kind: LanceKind,
  settings: CollectionSettings,
  parameters: IndexParameters,
): Promise<void> {
  if (settings.dimensions === 0) return;
  const built = (await guarded('Listing indexes', () => table.listIndices()))
    .filter(({ columns }) => columns.includes('vector'))
    .map(({ indexType }) => normalised(indexType));
  const wanted = kind.indexType === undefined ? [] : [normalised(kind.indexType)];
  if (built.join() !== wanted.join()) {
    throw mismatch(
      kind,
      `the table has the vector indexes [${built.join(', ')}], not [${wanted.join(', ')}]`,
    );
  }
  const plan = await vectorPlan(table, settings, parameters);
  if (INDEX_NODE.test(plan) !== (kind.indexType !== undefined)) {
    throw mismatch(kind, `queries run as: ${plan.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
  }
}

/** LanceDB's plan for a vector query. */
export async function vectorPlan(
  table: LanceTable,
  { dimensions, metric }: Pick<CollectionSettings, 'dimensions' | 'metric'>,
  parameters: IndexParameters,
): Promise<string> {
  const probe = new Float32Array(dimensions).fill(1 / Math.sqrt(dimensions));
  return guarded('Explaining a query', () =>
    withQueryParameters(
      table.vectorSearch(probe).distanceType(metric).limit(10),
      parameters,
      10,
    ).explainPlan(),
  );
}

/** Sets a kind's query parameters on a vector query. */
export function withQueryParameters(
  query: VectorQuery,
  parameters: IndexParameters,
  topK: number,
): VectorQuery {
  const { nprobes, ef, refineFactor } = parameters;
  if (nprobes !== undefined) query.nprobes(nprobes);
  // LanceDB requires `ef` to cover all candidates to be re-scored.
  if (ef !== undefined) query.ef(Math.max(ef, topK * (refineFactor ?? 1)));
  if (refineFactor !== undefined) query.refineFactor(refineFactor);
  return query;
}

const normalised = (indexType: string): string => indexType.toLowerCase().replaceAll(/[^a-z]/g, '');

const mismatch = (kind: LanceKind, found: string): SragError =>
  new SragError('VALIDATION_FAILED', `LanceDB did not build or use '${kind.kind}': ${found}.`, {
    remedy: 'Nothing was published. Please report this with your LanceDB version.',
  });
