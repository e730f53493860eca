import { type CostLine, MONTH_HOURS, type MonthPlan } from '../api/cost/index.ts';
import type { Config } from '../config/index.ts';

/** Minutes after which an idle NextGen collection scales to zero. */
const IDLE_MINUTES = 10;
/**
 * Capacity units of a small collection while it is searched. Half a unit may suffice, as `srag cost --backends` computes
 * from the number of rows, which a deployment does not know: its estimate is on the safe side.
 */
const SEARCH_OCU = 1;

/** What the price of servers depends on. */
interface ServerUse {
  readonly requests: number;
  readonly storedGb: number;
  /** Minutes between two questions of the canary; 0 = none. */
  readonly canaryMinutes: number;
}

type Servers = Pick<Config['deploy'], 'opensearch' | 's3Vectors'>;
const minOcuOf = ({ opensearch }: Servers): number =>
  opensearch !== undefined && 'create' in opensearch && opensearch.create === 'serverless'
    ? (opensearch.minOcu ?? 0)
    : 0;

type Priced = NonNullable<MonthPlan['fixed']>;

const createdBy = ({ opensearch }: Servers): 'domain' | 'serverless' | undefined =>
  opensearch !== undefined && 'create' in opensearch ? opensearch.create : undefined;

/** Hours of the nodes, and volumes, of a domain that a deployment creates. A type without a price is reported. */
function domainUse({ opensearch }: Servers): Priced {
  if (opensearch === undefined || !('create' in opensearch) || opensearch.create !== 'domain') return [];
  const { instances = 1, instanceType = 'r7g.large.search', volumeGb = 20 } = opensearch;
  return [
    { price: `opensearch.${instanceType.replace(/\.search$/, '')}`, quantity: instances * MONTH_HOURS },
    { price: 'opensearch.gp3', quantity: instances * volumeGb },
  ];
}

/** Monthly use of the servers that a deployment creates: `fixed` while idle, and `used` because of questions. */
export function serverUse(servers: Servers, { requests, storedGb, canaryMinutes }: ServerUse) {
  const minOcu = minOcuOf(servers);
  const fixed: Priced = [
    ...domainUse(servers),
    ...(minOcu === 0 ? [] : [{ price: 'opensearch.ocu', quantity: minOcu * MONTH_HOURS }]),
    ...(createdBy(servers) === 'serverless'
      ? [{ price: 'opensearch.serverless-storage', quantity: storedGb }]
      : []),
    ...(servers.s3Vectors !== undefined && 'create' in servers.s3Vectors
      ? [{ price: 's3-vectors.storage', quantity: storedGb }]
      : []),
  ];
  const questions = requests + (canaryMinutes === 0 ? 0 : (MONTH_HOURS * 60) / canaryMinutes);
  // Spread evenly, each question keeps the collection from scaling to zero for some minutes.
  const hours = Math.min(MONTH_HOURS, (questions * IDLE_MINUTES) / 60);
  const used: Priced =
    createdBy(servers) === 'serverless'
      ? [{ price: 'opensearch.ocu', quantity: Math.max(0, SEARCH_OCU - minOcu) * hours }]
      : [];
  return { fixed, used };
}

/** The lines of servers in the cost of a month. */
export const serverLines = (lines: readonly CostLine[]): CostLine[] =>
  lines.filter(({ name }) => /^(?:fixed|used)\.(?:opensearch|s3-vectors)\./.test(name));

/** What servers cost beyond the prices in the table. */
export function unpricedServers({ opensearch, s3Vectors }: Servers): string[] {
  const names: string[] = [];
  if (opensearch !== undefined && !('create' in opensearch)) names.push('existing OpenSearch server');
  if (s3Vectors !== undefined) names.push('queries of S3 Vectors');
  return names;
}
