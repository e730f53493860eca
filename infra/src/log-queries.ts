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

const IS_RECORD = `ispresent(${METRICS.totalMs})`;

/** Questions of an experiment, saved. They read the records that functions write for every request. */
const QUERIES: readonly Query[] = [
  {
    name: 'answer time by function and cold start',
    filter: IS_RECORD,
    stats: `count(*) as requests, avg(${METRICS.totalMs}) as meanMs, pct(${METRICS.totalMs}, 50) as p50, pct(${METRICS.totalMs}, 95) as p95, pct(${METRICS.totalMs}, 99) as p99 by @log, ${METRICS.coldStarts}`,
    sort: 'requests desc',
  },
  {
    name: 'where the time goes',
    filter: IS_RECORD,
    stats: `${METRICS.stages.map((stage) => `avg(${stage}) as ${stage.replace('Ms', '')}`).join(', ')} by bin(5m)`,
    sort: '@timestamp desc',
  },
  {
    name: 'storage reads and waves, cold and warm',
    filter: IS_RECORD,
    stats: `avg(${METRICS.storageReads}) as reads, max(${METRICS.storageReads}) as mostReads, avg(${METRICS.storageWaves}) as waves, sum(${METRICS.storageBytes}) as bytes by ${METRICS.coldStarts}`,
    sort: 'reads desc',
  },
  {
    name: 'cost by hour',
    filter: IS_RECORD,
    stats: `count(*) as requests, sum(${METRICS.costUsd}) as usd, sum(${METRICS.costUsd}) / count(*) * 1000000 as usdPerMillion by bin(1h)`,
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
    name: 'errors by code',
    filter: 'level = "ERROR" or @message like /Task timed out|Runtime.ExitError/',
    stats: 'count(*) as errors by @log, code',
    sort: 'errors desc',
  },
];

/** Queries of CloudWatch Logs Insights, in a folder of the deployment's name. */
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
