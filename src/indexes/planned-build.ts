import type { CorpusStats } from '../corpus/index.ts';
import { checkBuildable } from './check-buildable.ts';
import { resolveParameters } from './parameters.ts';
import type { BuildContext, IndexBackend, IndexManifest, IndexParameters } from './port.ts';

/** A build that was checked, with its complete parameters. */
export interface PlannedBuild {
  readonly stats: CorpusStats;
  readonly buildParameters: IndexParameters;
  readonly queryParameters: IndexParameters;
  /** The manifest of the completed version. `sizeBytes`: undefined if unknown. */
  manifest(chunks: number, sizeBytes: number | undefined): IndexManifest;
}

/**
 * Checks, before any work, that a kind can be built from the corpus, and completes its parameters.
 * @throws NO_EMBEDDER, UNSUPPORTED, TOO_FEW_ROWS, INVALID_ARGUMENT
 */
export async function plannedBuild(
  { kind, capabilities, parameters }: Pick<IndexBackend, 'kind' | 'capabilities' | 'parameters'>,
  { corpus, version, ...given }: BuildContext,
): Promise<PlannedBuild> {
  const startedMs = performance.now();
  const stats = await corpus.stats();
  checkBuildable(kind, capabilities, corpus.settings, stats.chunks);
  const size = { rows: stats.chunks, dimensions: corpus.settings.dimensions };
  const buildParameters = resolveParameters(kind, parameters, 'build', given.buildParameters, size);
  const queryParameters = resolveParameters(kind, parameters, 'query', given.queryParameters, size);
  return {
    stats,
    buildParameters,
    queryParameters,
    manifest: (chunks, sizeBytes) => ({
      formatVersion: 1,
      version,
      kind,
      collection: corpus.settings,
      corpusVersion: stats.version,
      createdAt: new Date().toISOString(),
      chunks,
      buildParameters,
      queryParameters,
      build: { durationMs: performance.now() - startedMs, sizeBytes },
    }),
  };
}
