import { Switches } from '../../../api/switches/index.ts';
import { parseIndexSelector } from '../../../core/index.ts';
import { INDEX_KINDS } from '../../../indexes/index.ts';
import { awsRpcSettings } from '../../../io/remote/index.ts';
import { type FunctionSettings, functionEnvironment } from '../environment.ts';

/** Maximum wait for the switches; building an index of the wrong kind would cost more. */
const WAIT_MS = 2_000;

/**
 * The kind of index that the deployment searches: from the switch `index`, else from its settings, else
 * `snapshot`. The switch is read at each call, because an ingest function may have been frozen for days. If
 * SSM fails, the switch is ignored.
 */
export async function searchedKind(
  { SRAG_SWITCHES: path, SRAG_INDEX: setting }: FunctionSettings,
  warn: (message: string, details: Readonly<Record<string, unknown>>) => void,
): Promise<string> {
  const switches = await Switches.open({
    path,
    aws: awsRpcSettings('ssm', functionEnvironment()),
    indexKinds: INDEX_KINDS,
    firstWaitMs: WAIT_MS,
    readMs: WAIT_MS,
    warn,
  });
  const index = switches.current().index ?? setting;
  switches.close();
  return parseIndexSelector(index ?? 'snapshot').kind;
}
