import type { CorpusStats } from '../corpus/index.ts';
import { checkBuildable } from './check-buildable.ts';
import { resolveParameters } from './parameters.ts';
import type { BuildContext, IndexBackend, IndexParameters } from './port.ts';

/**
 * Checks, before any work, that a kind can be built from the corpus, and completes its parameters.
 * @throws NO_EMBEDDER, UNSUPPORTED, TOO_FEW_ROWS, INVALID_ARGUMENT
 */
export async function plannedBuild(
  { kind, capabilities, parameters }: Pick<IndexBackend, 'kind' | 'capabilities' | 'parameters'>,
  { corpus, ...given }: BuildContext,
): Promise<{
  readonly stats: CorpusStats;
  readonly buildParameters: IndexParameters;
  readonly queryParameters: IndexParameters;
}> {
  const stats = await corpus.stats();
  checkBuildable(kind, capabilities, corpus.settings, stats.chunks);
  const size = { rows: stats.chunks, dimensions: corpus.settings.dimensions };
  return {
    stats,
    buildParameters: resolveParameters(kind, parameters, 'build', given.buildParameters, size),
    queryParameters: resolveParameters(kind, parameters, 'query', given.queryParameters, size),
  };
}
