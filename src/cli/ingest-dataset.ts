import { ingestInto } from '../config/index.ts';
import { SragError } from '../core/index.ts';
import { readCollection } from '../corpus/index.ts';
import type { EvaluationDataset } from '../measure/index.ts';
import type { CommandContext } from './context.ts';
import type { Progress } from './progress.ts';

/**
 * Ingests a dataset's corpus if the collection does not exist yet.
 * @throws INVALID_DATASET if records fail
 */
export async function ingestDataset(
  { workspace, signal }: CommandContext,
  dataset: EvaluationDataset,
  vectors: string | undefined,
  progress: Progress,
): Promise<void> {
  if ((await readCollection(workspace.storage, workspace.config.collection)) !== undefined) return;
  const { report } = await ingestInto(workspace, [dataset.corpusPath], {
    vectors,
    prune: true,
    dryRun: false,
    signal,
    onProgress: ({ bytesDone, bytesTotal, documents }) =>
      progress.update('Ingesting', bytesDone || documents, bytesTotal, `${documents} documents`),
  });
  const [failure] = report.failures;
  if (failure !== undefined) {
    throw new SragError(
      'INVALID_DATASET',
      `${report.failures.length} records of ${dataset.corpusPath} failed, the first at ${failure.path}: ${failure.message}`,
    );
  }
}
