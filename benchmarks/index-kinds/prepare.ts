import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ingestInto } from '../../src/config/index.ts';
import { SragError } from '../../src/core/index.ts';
import { openWorkspace } from './workspace.ts';

/**
 * Ingests a dataset with precomputed vectors into `folder`: the corpus from which every candidate is built.
 */
export async function prepareCorpus(
  folder: string,
  corpusPath: string,
  vectors: string,
  onProgress: (documents: number) => void,
): Promise<{ chunks: number; dimensions: number }> {
  const workspace = await openWorkspace(folder);
  try {
    const { settings, report } = await ingestInto(workspace, [corpusPath], {
      vectors,
      prune: false,
      dryRun: false,
      onProgress: ({ documents }) => onProgress(documents),
      signal: new AbortController().signal,
    });
    const failure = report.failures[0];
    if (failure !== undefined) throw new SragError(failure.code, `${failure.path}: ${failure.message}`);
    const corpus = await workspace.corpus(settings);
    await corpus.compact();
    const { chunks } = await corpus.stats();
    return { chunks, dimensions: settings.dimensions };
  } finally {
    await workspace.close();
  }
}

/** Finds the vectors of a dataset: `vectors/` itself or its only subfolder. @throws INVALID_DATASET */
export async function findVectors(data: string): Promise<string> {
  const folder = join(data, 'vectors');
  const names = await readdir(folder).catch(() => []);
  if (names.some((name) => name.startsWith('corpus.'))) return folder;
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return join(folder, only);
  throw new SragError('INVALID_DATASET', `${folder} holds ${names.join(', ') || 'nothing'}.`, {
    remedy: 'Pass the folder of the vectors with --vectors.',
  });
}
