import type { ServedKinds } from '../cloud/deployment/index.ts';
import type { Workspace } from '../config/index.ts';
import { parseIndexSelector } from '../core/index.ts';

/** The index kinds in the collections that the deployment serves. */
export async function servedKinds(workspace: Workspace): Promise<ServedKinds> {
  const { collection, collections, index, deploy } = workspace.config;
  const catalogues = [...new Set([collection, ...collections])].map((name) => workspace.catalogue(name));
  const built: string[] = [];
  // Listing reads the manifest of every version, so it is skipped if no server is named.
  if (deploy.opensearch !== undefined || deploy.s3Vectors !== undefined)
    for (const catalogue of catalogues) built.push(...(await catalogue.list()).map(({ kind }) => kind));
  const selector = deploy.switches.index ?? index;
  if (selector !== undefined) return { opened: [parseIndexSelector(selector).kind], built };
  const pointers = await Promise.all(catalogues.map((catalogue) => catalogue.pointer()));
  return { opened: pointers.flatMap((pointer) => pointer?.kind ?? []), built };
}
