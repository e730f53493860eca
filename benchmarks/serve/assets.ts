import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Manifest {
  readonly functions: { readonly name: string; asset: string; handler: string }[];
}

/**
 * Returns a folder of built functions in which `retrieve` runs the code of another asset, if one is given.
 */
export async function withAsset(functions: string, asset: string | undefined): Promise<string> {
  if (asset === undefined) return functions;
  const folder = await mkdtemp(join(tmpdir(), 'srag-assets-'));
  const manifest = JSON.parse(await readFile(join(functions, 'functions.json'), 'utf8')) as Manifest;
  for (const each of manifest.functions)
    if (each.name === 'retrieve') Object.assign(each, { asset, handler: `${each.name}.handler` });
  await writeFile(join(folder, 'functions.json'), JSON.stringify(manifest));
  for (const name of ['state-machine.asl.json', 'ingest.asl.json'])
    await cp(join(functions, name), join(folder, name));
  for (const name of new Set(manifest.functions.map((each) => each.asset)))
    await symlink(join(functions, name), join(folder, name));
  return folder;
}
