import { Duration, Tags } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { Alarms } from './alarms.ts';
import { ApiCanary } from './api-canary.ts';
import { readBuiltFunctions } from './built-functions.ts';
import { DeploymentDashboard } from './dashboard.ts';
import { Data } from './data.ts';
import { Firewall } from './firewall.ts';
import { defaultFunctionsFolder } from './functions-folder.ts';
import { HttpApi } from './http-api.ts';
import { OpenSearch, VectorBucket } from './index-servers/index.ts';
import { IngestPipeline } from './ingest-pipeline.ts';
import { LogQueries } from './log-queries.ts';
import type { MonitoredParts } from './monitored-parts.ts';
import { DEPLOYMENT_TAG, MonthlyBudget } from './monthly-budget.ts';
import { PipelineFunctions } from './pipeline-functions.ts';
import type { ServerlessRagProps } from './props.ts';
import { QueryCache } from './query-cache.ts';
import { standardQueue } from './queues.ts';
import { resolveProps } from './resolve-props.ts';
import { Switches } from './switches.ts';
import { WarmupSchedule } from './warmup-schedule.ts';
import { Workflow } from './workflow.ts';

/**
 * A question-answering API over one collection: functions, state machine, HTTP API, ingest, switches,
 * monitoring.
 * @throws InfraError for props or bundles that cannot be deployed.
 */
export class ServerlessRag extends Construct {
  readonly data: Data;
  readonly switches: Switches;
  readonly functions: PipelineFunctions;
  readonly workflow: Workflow;
  readonly api: HttpApi;
  /** Undefined if `ingest` is false. */
  readonly ingest: IngestPipeline | undefined;
  /** Undefined if `alarms` is false. */
  readonly alarms: Alarms | undefined;
  readonly dashboard: DeploymentDashboard;
  /** Undefined without the option `opensearch`. */
  readonly openSearch: OpenSearch | undefined;
  /** Undefined without the option `s3Vectors`. */
  readonly vectorBucket: VectorBucket | undefined;

  constructor(scope: Construct, id: string, given: ServerlessRagProps) {
    super(scope, id);
    const props = resolveProps(given);
    const built = readBuiltFunctions(props.functions ?? defaultFunctionsFolder(), props);
    const data = new Data(this, 'Data', props);
    this.data = data;
    this.switches = new Switches(this, 'Switches', props);
    const cache = new QueryCache(this, 'QueryCache', props, data);
    const { opensearch, s3Vectors } = props;
    this.openSearch = opensearch && new OpenSearch(this, 'OpenSearch', opensearch, props, data);
    this.vectorBucket = s3Vectors && new VectorBucket(this, 'VectorBucket', s3Vectors, props, data);
    const functions = new PipelineFunctions(this, 'Functions', props, built, {
      data,
      cache,
      switches: this.switches,
      indexServers: [this.openSearch, this.vectorBucket].filter((server) => server !== undefined),
    });
    this.functions = functions;
    this.workflow = new Workflow(this, 'Workflow', props, { data, functions, definition: built.definition });
    this.api = new HttpApi(this, 'HttpApi', props, {
      data,
      functions,
      answers: built.gatewayAnswers,
    });
    if (props.waf) new Firewall(this, 'Firewall', props, { data, api: this.api });
    const canary = props.canary
      ? new ApiCanary(this, 'Canary', props, props.canary, { data, api: this.api }).canary
      : undefined;
    const hasEvents = props.warmup !== false || props.ingest;
    const undelivered = hasEvents ? undeliveredEvents(this, props.name, data) : undefined;
    if (props.warmup !== false && undelivered !== undefined)
      new WarmupSchedule(this, 'Warmup', props, { functions, undelivered });
    this.ingest =
      built.ingestDefinition === undefined || undelivered === undefined
        ? undefined
        : new IngestPipeline(this, 'Ingest', props, {
            data,
            functions,
            undelivered,
            definition: built.ingestDefinition,
          });
    const parts: MonitoredParts = {
      data,
      functions,
      api: this.api.api,
      workflow: this.workflow.stateMachine,
      ingest: this.ingest?.stateMachine,
      canary,
      documents: this.ingest?.queue,
      deadLetters: [this.ingest?.deadLetters, undelivered].filter((queue) => queue !== undefined),
    };
    this.dashboard = new DeploymentDashboard(this, 'Dashboard', props, parts);
    this.alarms =
      props.alarms === false ? undefined : new Alarms(this, 'Alarms', props, props.alarms ?? {}, parts);
    new LogQueries(this, 'LogQueries', props, functions);
    if (props.budget !== undefined) new MonthlyBudget(this, 'Budget', props.name, props.budget);
    for (const [key, value] of Object.entries({ [DEPLOYMENT_TAG]: props.name, ...props.tags }))
      Tags.of(this).add(key, value);
  }
}

/** Dead-letter queue of EventBridge, which supports standard queues only. */
function undeliveredEvents(scope: Construct, name: string, data: Data): Queue {
  const queue = standardQueue(scope, 'Undelivered', data, {
    queueName: `${name}-undelivered`,
    retentionPeriod: Duration.days(14),
  });
  const reason = 'This is a dead-letter queue: an alarm reports every event in it.';
  acknowledge(queue, { 'AwsSolutions-SQS3': reason, 'Serverless-SQSRedrivePolicy': reason });
  return queue;
}
