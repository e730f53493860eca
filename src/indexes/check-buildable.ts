import { type CollectionSettings, SragError } from '../core/index.ts';
import type { IndexCapabilities } from './port.ts';

/** Checks, before any work, that a kind can be built from a collection. @throws NO_EMBEDDER, UNSUPPORTED, TOO_FEW_ROWS */
export function checkBuildable(
  kind: string,
  capabilities: IndexCapabilities,
  settings: CollectionSettings,
  rows: number,
): void {
  if (settings.dimensions === 0 && !capabilities.lexicalOnly) {
    throw new SragError(
      'NO_EMBEDDER',
      `Index kind '${kind}' needs vectors, and collection '${settings.name}' has embedder 'none'.`,
      {
        remedy:
          'Build snapshot, lancedb-flat or opensearch-exact, which can be lexical only, or ingest with --embedder into another collection.',
        fields: { kind, embedder: settings.embedder },
      },
    );
  }
  if (!capabilities.metrics.includes(settings.metric)) {
    throw new SragError(
      'UNSUPPORTED',
      `Index kind '${kind}' has no metric '${settings.metric}', which collection '${settings.name}' uses.`,
      {
        remedy:
          'Build another kind, such as snapshot, or ingest with --metric cosine into another collection.',
        fields: { kind, metric: settings.metric, allowed: capabilities.metrics },
      },
    );
  }
  if (rows < capabilities.minRows) {
    throw new SragError(
      'TOO_FEW_ROWS',
      `Index kind '${kind}' needs at least ${capabilities.minRows} chunks; collection '${settings.name}' has ${rows}.`,
      {
        remedy:
          rows === 0
            ? 'Ingest something first.'
            : 'Build snapshot, lancedb-flat or opensearch-exact, which take any number of chunks.',
        fields: { rows, minRows: capabilities.minRows },
      },
    );
  }
}
