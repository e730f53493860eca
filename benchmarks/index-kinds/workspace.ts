import { mkdir } from 'node:fs/promises';
import { loadConfig, Workspace } from '../../src/config/index.ts';
import type { BuildRequest, IndexManifest, IndexParameters, Searcher } from '../../src/indexes/index.ts';

const COLLECTION = 'bench';

/** Opens the benchmark's own location, regardless of the user's environment and configuration files. */
export async function openWorkspace(folder: string): Promise<Workspace> {
  await mkdir(folder, { recursive: true });
  const options = { location: folder, collection: COLLECTION };
  return Workspace.open(await loadConfig({ cwd: folder, environment: {}, options }), {}, folder);
}

/** Parameters of a candidate; absent ones default to those of the kind. */
export interface CandidateParameters {
  readonly build?: IndexParameters;
  readonly query?: IndexParameters;
}

/** Builds one index version of `kind` from the prepared corpus. */
export async function buildIndex(
  folder: string,
  kind: string,
  { build = {}, query = {} }: CandidateParameters,
  onProgress: NonNullable<BuildRequest['onProgress']>,
): Promise<IndexManifest> {
  const workspace = await openWorkspace(folder);
  try {
    const corpus = await workspace.corpus(await workspace.collection());
    const request = { kind, buildParameters: build, queryParameters: query, onProgress };
    return await workspace.catalogue(COLLECTION).build(corpus, request);
  } finally {
    await workspace.close();
  }
}

/** Opens an index version named `KIND@VERSION`. */
export async function openIndex(folder: string, name: string): Promise<Searcher> {
  const workspace = await openWorkspace(folder);
  return workspace.searcher(await workspace.catalogue(COLLECTION).find(name));
}

/** Deletes all versions, so that every candidate starts with the same disk contents. */
export async function dropIndexes(folder: string): Promise<void> {
  const workspace = await openWorkspace(folder);
  await workspace.catalogue(COLLECTION).collectGarbage(0);
  await workspace.close();
}
