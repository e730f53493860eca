import { buildIndex, type Workspace } from '../../config/index.ts';
import { type CollectionSettings, SragError } from '../../core/index.ts';
import { readCollection } from '../../corpus/index.ts';
import {
  DEFAULT_VALIDATION,
  type IndexCatalogue,
  type IndexManifest,
  type PublishedPointer,
} from '../../indexes/index.ts';

/** The index version that is published in the end. */
export interface PublishedIndex {
  readonly kind: string;
  readonly version: string;
  readonly chunks: number;
}

/** Gives the kind of the first version that is ever published. */
type FirstKind = () => Promise<string>;

/**
 * Publishes an index of the corpus as it is now, of the kind that is published; where nothing is, of `firstKind`.
 * Nothing is built where the published version was made from this very corpus. What decides is the corpus and not what
 * an invocation changed in it: whoever wrote to it may have failed before it published.
 * @throws UNKNOWN_COLLECTION, and what building throws: for example TOO_FEW_ROWS for an empty corpus.
 */
export async function publishCorpus(workspace: Workspace, firstKind: FirstKind): Promise<PublishedIndex> {
  const state = await stateOf(workspace, await workspace.collection());
  return upToDate(workspace, state, firstKind);
}

/** As {@link publishCorpus}; undefined for a collection that is not there, or is empty and was never published. */
export async function publishIfBegun(
  workspace: Workspace,
  firstKind: FirstKind,
): Promise<PublishedIndex | undefined> {
  const settings = await readCollection(workspace.storage, workspace.config.collection);
  if (settings === undefined) return undefined;
  const state = await stateOf(workspace, settings);
  if (state.pointer === undefined && state.stats.chunks === 0) return undefined;
  return upToDate(workspace, state, firstKind);
}

async function stateOf(workspace: Workspace, settings: CollectionSettings) {
  const catalogue = workspace.catalogue(settings.name);
  const corpus = await workspace.corpus(settings);
  const [pointer, stats] = await Promise.all([trusted(catalogue), corpus.stats()]);
  return { catalogue, pointer, stats };
}

/** What is published; a pointer that nobody may believe counts as none, and a new index replaces it. */
const trusted = (catalogue: IndexCatalogue): Promise<PublishedPointer | undefined> =>
  catalogue.published().catch((error: unknown) => {
    if (error instanceof SragError && error.code.startsWith('INDEX_SIGNATURE_')) return undefined;
    throw error;
  });

async function upToDate(
  workspace: Workspace,
  { catalogue, pointer, stats }: Awaited<ReturnType<typeof stateOf>>,
  firstKind: FirstKind,
): Promise<PublishedIndex> {
  const published = pointer && (await manifestOf(catalogue, pointer));
  if (published?.corpusVersion === stats.version) return described(published);
  const kind = pointer?.kind ?? (await firstKind());
  const { manifest } = await buildIndex(workspace, { kind, validation: DEFAULT_VALIDATION, publish: true });
  return described(manifest);
}

/** Undefined where somebody deleted the published version: a new one mends that. */
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

const described = ({ kind, version, chunks }: IndexManifest): PublishedIndex => ({ kind, version, chunks });
