import { type CollectionSettings, SragError } from '../core/index.ts';
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

/** How {@link publishCorpus} builds. */
export interface PublishCorpusOptions extends Pick<BuildRequest, 'signal' | 'onProgress'> {
  /** Gives the kind of the first version that is ever published. */
  readonly firstKind: () => string | Promise<string>;
  /** Whether a pointer with a missing or wrong signature is replaced; otherwise it is an error. */
  readonly replacesUntrusted?: boolean;
}

/** The version that is published in the end. */
export interface PublishedCorpus {
  readonly manifest: IndexManifest;
  /** False where the published version was up to date. */
  readonly isNew: boolean;
}

/**
 * Publishes an index of the corpus as it is now, of the kind that is published; where nothing is, of `firstKind`.
 * Nothing is built where the published version was made from the corpus as it is. The corpus decides, not what the last
 * ingest changed: an earlier one may have written and then failed before it published.
 * @throws UNKNOWN_COLLECTION, and what building throws: for example TOO_FEW_ROWS for an empty corpus.
 */
export async function publishCorpus(
  workspace: Workspace,
  options: PublishCorpusOptions,
): Promise<PublishedCorpus> {
  const state = await stateOf(workspace, await workspace.collection(), options);
  return upToDate(workspace, state, options);
}

/** As {@link publishCorpus}; undefined for a collection that is not there, or is empty and was never published. */
export async function publishIfBegun(
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
    replacesUntrusted ? trusted(catalogue) : catalogue.published(),
    corpus.stats(),
  ]);
  if (pointer?.signature !== undefined && !workspace.isSigning) {
    throw new SragError(
      'INDEX_SIGNATURE_KEY_MISSING',
      `What is published of '${settings.name}' is signed, and no signing key is configured here.`,
      { remedy: 'Set SRAG_SIGNING_KEY or signing.kmsKey: readers would refuse an unsigned version.' },
    );
  }
  return { catalogue, pointer, stats };
}

/** What is published; undefined where its signature is missing or wrong, so that a new index replaces it. */
const trusted = (catalogue: IndexCatalogue): Promise<PublishedPointer | undefined> =>
  catalogue.published().catch((error: unknown) => {
    if (error instanceof SragError && error.code.startsWith('INDEX_SIGNATURE_')) return undefined;
    throw error;
  });

async function upToDate(
  workspace: Workspace,
  { catalogue, pointer, stats }: Awaited<ReturnType<typeof stateOf>>,
  { firstKind, replacesUntrusted: _, ...building }: PublishCorpusOptions,
): Promise<PublishedCorpus> {
  const published = pointer && (await manifestOf(catalogue, pointer));
  if (published?.corpusVersion === stats.version) return { manifest: published, isNew: false };
  const kind = pointer?.kind ?? (await firstKind());
  const validation = {
    ...DEFAULT_VALIDATION,
    ...(building.signal === undefined ? {} : { signal: building.signal }),
  };
  const { manifest } = await buildIndex(workspace, { kind, ...building, validation, publish: true });
  return { manifest, isNew: true };
}

/** Undefined where the published version was deleted; a new one takes its place then. */
async function manifestOf(
  catalogue: IndexCatalogue,
  { kind, version }: PublishedPointer,
): Promise<IndexManifest | undefined> {
  try {
    return await catalogue.find(`${kind}@${version}`);
  } catch (error) {
    if (error instanceof SragError && error.code === 'UNKNOWN_INDEX_VERSION') return undefined;
    throw error;
  }
}
