import { type OwnParts, Workspace } from './compose.ts';
import { processEnvironment } from './environment.ts';
import { flatten, loadConfig } from './load.ts';
import type { ConfigInput } from './schema.ts';

/**
 * Opens the location that the configuration names, as the command line does. Precedence: `settings`,
 * configuration file in `cwd`, environment variables, defaults. Close the workspace when done.
 * @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG, and the errors of the storage.
 */
export async function openWorkspace(
  settings: ConfigInput = {},
  cwd: string = process.cwd(),
  own: OwnParts = {},
): Promise<Workspace> {
  const environment = processEnvironment();
  const loaded = await loadConfig({ cwd, environment, options: Object.fromEntries(flatten(settings)) });
  return Workspace.open(loaded, environment, cwd, own);
}
