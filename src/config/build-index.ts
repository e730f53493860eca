import { SragError } from '../core/index.ts';
import {
  type BuildRequest,
  type IndexManifest,
  type ValidationOptions,
  validateIndex,
} from '../indexes/index.ts';
import type { Workspace } from './compose.ts';

/** Options of {@link buildIndex}. */
export interface BuildIndexRequest extends BuildRequest {
  /** If absent, the version is not compared with exact search. */
  readonly validation?: ValidationOptions;
  /** If false, the new version is kept unpublished. */
  readonly publish: boolean;
}

/**
 * Builds an index version of the configured collection, validates it if the collection has vectors, and
 * publishes it.
 * @throws VALIDATION_FAILED or PUBLISH_CONFLICT, in which case the version is kept unpublished
 */
export async function buildIndex(
  workspace: Workspace,
  { validation, publish, ...request }: BuildIndexRequest,
): Promise<{ manifest: IndexManifest; published: boolean }> {
  const { kind, signal } = request;
  const settings = await workspace.collection();
  const catalogue = workspace.catalogue(settings.name);
  const corpus = await workspace.corpus(settings);
  let manifest = await catalogue.build(corpus, request);
  if (settings.dimensions > 0 && validation !== undefined) {
    const searcher = await catalogue.open(manifest, signal);
    const report = await validateIndex(corpus, searcher, validation).finally(() => searcher.close());
    manifest = await catalogue.record(manifest, report);
    if (report.recall < report.minRecall) {
      throw new SragError(
        'VALIDATION_FAILED',
        `${kind}@${manifest.version} finds ${report.recall.toFixed(3)} of the true top ${report.topK}; the minimum is ${report.minRecall}. The version is kept, but not published.`,
        {
          remedy:
            'Raise nprobes, window, ef or refineFactor (--query-param), or publish it anyway: srag index publish VERSION.',
          fields: { version: manifest.version, ...report },
        },
      );
    }
  }
  if (!publish) return { manifest, published: false };
  await catalogue.publish(manifest.version);
  return { manifest, published: true };
}
