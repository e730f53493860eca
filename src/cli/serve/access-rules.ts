import { SragError } from '../../core/index.ts';
import { type AccessRules, isLoopback } from '../../io/http-server/index.ts';
import { apiKeys } from '../api-keys.ts';
import { checkOrigins } from './front.ts';
import type { ServeOptions } from './serving.ts';

/** Values of `--host` with which a server listens on all interfaces. */
const WILDCARDS = ['0.0.0.0', '::'];

/**
 * Determines who may send requests to a server.
 * @throws INVALID_ARGUMENT for a server open to the whole network, unless `--insecure` allows it
 */
export async function accessRules({
  host,
  allowHost = [],
  corsOrigin,
  apiKeyFile,
  insecure,
}: Pick<
  ServeOptions,
  'host' | 'allowHost' | 'corsOrigin' | 'apiKeyFile' | 'insecure'
>): Promise<AccessRules> {
  const origins = checkOrigins(corsOrigin);
  const keys = await apiKeys(apiKeyFile);
  if (keys === undefined && !isLoopback(host) && insecure !== true) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `--host ${host} would allow everyone on the network to send requests without a key.`,
      {
        remedy: 'Set SRAG_API_KEY or --api-key-file, or allow it with --insecure.',
        fields: { field: 'host', value: host },
      },
    );
  }
  const names = WILDCARDS.includes(host) ? allowHost : [host, ...allowHost];
  return { hosts: names.map((name) => name.toLowerCase()), origins, apiKeys: keys };
}

export const accessNotes = ({ apiKeys: keys }: AccessRules): string[] =>
  keys === undefined ? [] : ['Requests need a key in the header x-api-key'];
