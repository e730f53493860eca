import { buildIndex, type Workspace } from '../../config/index.ts';
import { SragError } from '../../core/index.ts';
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

/**
 * Publishes an index of the corpus as it is now, of the kind that is published; where nothing is, of `firstKind`.
 * Nothing is built where the published version was made from this very corpus. What decides is the corpus and not what
 * an invocation changed in it: whoever wrote to it may have failed before it published.
 * @throws UNKNOWN_COLLECTION, and what building throws: for example TOO_FEW_ROWS for an empty corpus.
 */
export async function publishCorpus(
  workspace: Workspace,
  firstKind: () => Promise<string>,
): Promise<PublishedIndex> {
  const settings = await workspace.collection();
  const catalogue = workspace.catalogue(settings.name);
  const pointer = await catalogue.published();
  const published = pointer && (await manifestOf(catalogue, pointer));
  const corpus = await workspace.corpus(settings);
  const { version } = await corpus.stats();
  if (published?.corpusVersion === version) return described(published);
  const kind = pointer?.kind ?? (await firstKind());
  const { manifest } = await buildIndex(workspace, { kind, validation: DEFAULT_VALIDATION, publish: true });
  return described(manifest);
}

/** Whether there is nothing to publish: an empty collection, or none, of which nothing was ever published. */
export async function isUnbegun(workspace: Workspace): Promise<boolean> {
  const settings = await readCollection(workspace.storage, workspace.config.collection);
  if (settings === undefined) return true;
  if ((await workspace.catalogue(settings.name).published()) !== undefined) return false;
  const corpus = await workspace.corpus(settings);
  return (await corpus.stats()).chunks === 0;
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
