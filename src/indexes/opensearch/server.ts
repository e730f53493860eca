import { SragError } from '../../core/index.ts';
import type { OpenSearchClient } from './client.ts';
import type { Engine, OpenSearchKindName } from './kinds.ts';

/** What the server can do, as far as builds depend on it. */
export interface ServerAbilities {
  /** OpenSearch Serverless sets engine, shards, replicas and refresh itself and merges on its own. */
  readonly isServerless: boolean;
  /** A domain of Amazon OpenSearch Service. */
  readonly isDomain: boolean;
  /** Engine of quantised graphs. */
  readonly engine: Engine;
  /** Product and version. */
  readonly name: string;
}

/** First version whose Lucene engine has 32x compression. */
const LUCENE_QUANTISATION = [3, 6] as const;
/**
 * First version whose faiss engine compares by cosine and has `mode: on_disk`. Versions of Amazon OpenSearch Service are
 * older than OpenSearch's.
 */
const OLDEST_AWS = [2, 19] as const;

/**
 * Checks before any work that the server can hold an index of the kind.
 * @throws UNSUPPORTED if it is too old, another product, or lacks what the kind needs; the errors of the client
 */
export async function serverAbilities(
  client: OpenSearchClient,
  kind: OpenSearchKindName,
  signal?: AbortSignal,
): Promise<ServerAbilities> {
  const { authentication } = client.settings;
  if (authentication.kind === 'aws' && authentication.service === 'aoss') {
    if (kind !== 'opensearch-on-disk') throw unsupportedServerless(kind);
    return { isServerless: true, isDomain: false, engine: 'faiss', name: 'OpenSearch Serverless' };
  }
  const { json } = await client.send({ method: 'GET', path: '/', action: 'Connecting', signal });
  const { distribution = '', number = '' } = (json.version ?? {}) as Record<string, string>;
  const version = number.split('.').map(Number);
  const oldest = authentication.kind === 'aws' ? OLDEST_AWS : LUCENE_QUANTISATION;
  // A domain in compatibility mode reports 7.10.
  if (distribution !== 'opensearch' || !isAtLeast(version, oldest) || version[0]! >= 7) {
    throw new SragError(
      'UNSUPPORTED',
      `The server is ${distribution || 'another product'} ${number}; the opensearch kinds need OpenSearch >= ${oldest.join('.')}.`,
      {
        remedy: 'Upgrade the server, or check opensearch.url.',
        fields: { distribution, version: number },
      },
    );
  }
  const engine = isAtLeast(version, LUCENE_QUANTISATION) ? 'lucene' : 'faiss';
  return {
    isServerless: false,
    isDomain: authentication.kind === 'aws',
    engine,
    name: `OpenSearch ${number}`,
  };
}

const isAtLeast = ([major = 0, minor = 0]: readonly number[], [least, leastMinor]: readonly number[]) =>
  major > least! || (major === least && minor >= leastMinor!);

const unsupportedServerless = (kind: OpenSearchKindName): SragError =>
  new SragError(
    'UNSUPPORTED',
    kind === 'opensearch-hnsw'
      ? 'OpenSearch Serverless keeps no graphs in memory, so it cannot hold an index of kind opensearch-hnsw.'
      : 'OpenSearch Serverless does not run scripts, so it cannot hold an index of kind opensearch-exact.',
    { remedy: 'Build opensearch-on-disk there, or use a domain.', fields: { kind } },
  );
