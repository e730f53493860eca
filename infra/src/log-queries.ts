import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRICS } from './metric-names.ts';
import type { PipelineFunctions } from './pipeline-functions.ts';
import type { ResolvedProps } from './resolve-props.ts';

interface Query {
  readonly name: string;
  readonly filter: string;
  readonly stats: string;
  readonly sort: string;
}

const { total, coldStarts, storageReads, storageWaves, storageBytes, cost } = METRICS;
/** Matches the metrics line of every request. */
const IS_RECORD = `ispresent(${total})`;

/** Saved queries for experiments. They evaluate the lines that functions log for every request. */
const QUERIES: readonly Query[] = [
  {
    name: 'answer time by function and cold start',
    filter: IS_RECORD,
    stats: `count(*) as requests, avg(${total}) as meanMs, pct(${total}, 50) as p50, pct(${total}, 95) as p95, pct(${total}, 99) as p99 by function, indexKind, mode, ${coldStarts}`,
    sort: 'requests desc',
  },
  {
    name: 'where the time goes',
    filter: IS_RECORD,
    stats: `${METRICS.stages.map((stage) => `avg(${stage}) as ${stage.replace('Ms', '').toLowerCase()}`).join(', ')} by function, bin(5m)`,
    sort: '@timestamp desc',
  },
  {
    name: 'storage reads and waves, cold and warm',
    filter: IS_RECORD,
    stats: `count(*) as requests, avg(${storageReads}) as reads, max(${storageReads}) as mostReads, avg(${storageWaves}) as waves, sum(${storageBytes}) as bytes by function, ${coldStarts}`,
    sort: 'reads desc',
  },
  {
    name: 'cost by hour',
    filter: IS_RECORD,
    stats: `count(*) as requests, sum(${cost}) as usd, sum(${cost}) / count(*) * 1000000 as usdPerMillion by function, bin(1h)`,
    sort: '@timestamp desc',
  },
  {
    name: 'init and memory of environments',
    filter: '@type = "REPORT"',
    stats:
      'count(*) as invocations, count(@initDuration) as coldStarts, avg(@initDuration) as initMs, max(@maxMemoryUsed / 1000000) as mostMemoryMb, pct(@duration, 95) as p95Ms, sum(@billedDuration) / 1000 as billedSeconds by @log',
    sort: 'invocations desc',
  },
  {
    name: 'failed and refused requests by code',
    filter: 'message = "request" and status >= 400',
    stats: 'count(*) as requests by function, status, error.code, error.name',
    sort: 'requests desc',
  },
  {
    name: 'timeouts and crashes',
    filter: '@message like /Task timed out|Runtime.ExitError|OutOfMemory/',
    stats: 'count(*) as invocations by @log, bin(5m)',
    sort: 'invocations desc',
  },
];

/** Queries of CloudWatch Logs Insights, in a folder with the deployment's name. */
export class LogQueries extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { name: deployment }: ResolvedProps,
    functions: PipelineFunctions,
  ) {
    super(scope, id);
    const logGroups = functions.all.map(({ lambda }) => lambda.logGroup);
    for (const { name, filter, stats, sort } of QUERIES) {
      new QueryDefinition(this, name, {
        queryDefinitionName: `srag/${deployment}/${name}`,
        logGroups,
        queryString: new QueryString({ filterStatements: [filter], statsStatements: [stats], sort }),
      });
    }
  }
}
