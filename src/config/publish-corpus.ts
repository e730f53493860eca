import { type CollectionSettings, parseIndexSelector, SragError, undefinedIf } from '../core/index.ts';
import { readCollection } from '../corpus/index.ts';
import {
  type BuildRequest,
  DEFAULT_VALIDATION,
  type IndexCatalogue,
  type IndexManifest,
  type PublishedPointer,
} from '../indexes/index.ts';
import { buildIndex } from './build-index.ts';
import type { Workspace } from './compose.ts';

/** Options of {@link publishCorpus}. */
export interface PublishCorpusOptions extends Pick<BuildRequest, 'signal' | 'onProgress'> {
  /** Returns the index kind to build if nothing was published before. */
  readonly firstKind?: () => string | Promise<string>;
  /**
   * Whether to replace a published version whose signature is missing or wrong, instead of throwing an error.
   */
  readonly replacesUntrusted?: boolean;
}

/** The published version after the call. */
export interface PublishedCorpus {
  readonly manifest: IndexManifest;
  /** False if the published version was up to date. */
  readonly isNew: boolean;
}

/**
 * Publishes an index of the current corpus, of the same kind as the published version, or of `firstKind` if there is
 * none. Builds nothing if the published version is up to date. Compares with the corpus rather than with the last
 * ingest's changes, because an earlier ingest may have failed between writing and publishing.
 * @throws UNKNOWN_COLLECTION and the errors of building, for example TOO_FEW_ROWS for an empty corpus
 */
export async function publishCorpus(
  workspace: Workspace,
  options: PublishCorpusOptions,
): Promise<PublishedCorpus> {
  const state = await stateOf(workspace, await workspace.collection(), options);
  return upToDate(workspace, state, options);
}

/** Like {@link publishCorpus}; undefined if the collection does not exist, or is empty and was never published. */
export async function publishIfNotEmpty(
  workspace: Workspace,
  options: PublishCorpusOptions,
): Promise<PublishedCorpus | undefined> {
  const settings = await readCollection(workspace.storage, workspace.config.collection);
  if (settings === undefined) return undefined;
  const state = await stateOf(workspace, settings, options);
  if (state.pointer === undefined && state.stats.chunks === 0) return undefined;
  return upToDate(workspace, state, options);
}

async function stateOf(
  workspace: Workspace,
  settings: CollectionSettings,
  { replacesUntrusted = false }: PublishCorpusOptions,
) {
  const catalogue = workspace.catalogue(settings.name);
  const corpus = await workspace.corpus(settings);
  const [pointer, stats] = await Promise.all([
    replacesUntrusted ? trustedPointer(catalogue) : catalogue.published(),
    corpus.stats(),
  ]);
  if (pointer?.signature !== undefined && !workspace.isSigning) {
    throw new SragError(
      'INDEX_SIGNATURE_KEY_MISSING',
      `The published version of '${settings.name}' is signed, but no signing key is configured here.`,
      { remedy: 'Set SRAG_SIGNING_KEY or signing.kmsKey: readers would refuse an unsigned version.' },
    );
  }
  return { catalogue, pointer, stats };
}

/**
 * The pointer to the published version; undefined if its signature is missing or wrong, so that a new index
 * replaces it.
 */
const trustedPointer = (catalogue: IndexCatalogue): Promise<PublishedPointer | undefined> =>
  catalogue.published().catch((error: unknown) => {
    if (error instanceof SragError && error.code.startsWith('INDEX_SIGNATURE_')) return undefined;
    throw error;
  });

async function upToDate(
  workspace: Workspace,
  { catalogue, pointer, stats }: Awaited<ReturnType<typeof stateOf>>,
  { firstKind, replacesUntrusted: _, ...building }: PublishCorpusOptions,
): Promise<PublishedCorpus> {
  const configuredKind = (): string => parseIndexSelector(workspace.config.index ?? 'snapshot').kind;
  // If the published version was deleted, a new one replaces it.
  const published =
    pointer &&
    (await catalogue.find(`${pointer.kind}@${pointer.version}`).catch(undefinedIf('UNKNOWN_INDEX_VERSION')));
  if (published?.corpusVersion === stats.version) return { manifest: published, isNew: false };
  const kind = pointer?.kind ?? (await (firstKind ?? configuredKind)());
  const validation = {
    ...DEFAULT_VALIDATION,
    ...(building.signal === undefined ? {} : { signal: building.signal }),
  };
  const { manifest } = await buildIndex(workspace, { kind, ...building, validation, publish: true });
  return { manifest, isNew: true };
}
