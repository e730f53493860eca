import type { FunctionUse, MonthPlan, RequestUse } from '../api/cost/index.ts';
import type { CostAssumptions } from './cost-assumptions.ts';

/** What of a deployment `srag cost` prices besides its functions; the infrastructure's tests hold it to a template. */
export const DEPLOYED = {
  /** Metrics that the alarms watch: CloudWatch bills each of them. */
  alarmMetrics: 25,
  dashboards: 1,
  wafRules: 4,
  /** Share of requests that X-Ray records. */
  tracedShare: 0.05,
} as const;

/** Bytes of a line of the access log. */
const ACCESS_LOG_BYTES = 480;
const AUTHORIZER: Omit<FunctionUse, 'architecture'> = { name: 'authorizer', memoryMb: 256, durationMs: 5 };
/** Requests by which Lambda polls two queues in a month: five pollers each that wait 20 seconds. */
const QUEUE_POLLS = 2 * 5 * 3 * 60 * 730;
/** Requests of a queue for one document: sent, received, deleted, and its part of those of a batch. */
const QUEUE_REQUESTS = 4;
/** Transitions of the ingest state machine for a batch of ten documents. */
const TRANSITIONS = 0.2;
/** Of a month's alarms, one a day. */
const ALARM_EMAILS = 30;
/** Of a run of the canary, the start of its runtime included; Synthetics' default memory. */
const CANARY_SECONDS = 3;
const CANARY_GB = 1_000 / 1_024;
const INGEST_GB = 3_008 / 1_024;
/** Calls of a key for each cold start: the function's variables, and the key of the bucket. */
const KEY_CALLS = 2;

type Priced = NonNullable<MonthPlan['fixed']>;

/** What the gateway adds to each request: its authorizer, its log and its trace. */
export function gatewayUse(a: CostAssumptions): Pick<RequestUse, 'functions' | 'logs' | 'traces'> {
  if (a.onlyFunctions) return {};
  return {
    functions: a.auth === 'jwt' ? [{ ...AUTHORIZER, architecture: a.architecture }] : [],
    logs: { bytes: ACCESS_LOG_BYTES },
    traces: { recorded: DEPLOYED.tracedShare },
  };
}

/** What the firewall and the key are asked for all requests of the month. */
export function protectionUse(a: CostAssumptions): Priced {
  if (a.onlyFunctions) return [];
  return [
    ...(a.kms ? [{ price: 'kms.requests', quantity: KEY_CALLS * a.requests * a.coldShare }] : []),
    ...(a.waf ? [{ price: 'waf.requests', quantity: a.requests }] : []),
  ];
}

/** Runs of the canary, with the function that Synthetics makes of it, and its alarm. */
function canaryUse({ canaryMinutes }: CostAssumptions): Priced {
  if (canaryMinutes === 0) return [];
  const runs = (730 * 60) / canaryMinutes;
  return [
    { price: 'synthetics.canary-runs', quantity: runs },
    { price: 'lambda.x86_64.compute', quantity: runs * CANARY_SECONDS * CANARY_GB },
    { price: 'cloudwatch.alarm', quantity: 1 },
  ];
}

/** What a deployment costs in a month without any request, besides storage and warm-up. */
export function monthlyUse(a: CostAssumptions): Priced {
  if (a.onlyFunctions) return [];
  const { documents } = a;
  return [
    { price: 'cloudwatch.alarm', quantity: DEPLOYED.alarmMetrics },
    { price: 'cloudwatch.dashboard', quantity: DEPLOYED.dashboards },
    { price: 'sns.emails', quantity: ALARM_EMAILS },
    { price: 'sqs.fifo.requests', quantity: QUEUE_POLLS + QUEUE_REQUESTS * documents },
    { price: 'state-machine.standard.transitions', quantity: TRANSITIONS * documents },
    { price: `lambda.${a.architecture}.compute`, quantity: (a.ingestMs / 1_000) * documents * INGEST_GB },
    ...canaryUse(a),
    ...(a.kms ? [{ price: 'kms.key', quantity: 1 }] : []),
    ...(a.waf
      ? [
          { price: 'waf.web-acl', quantity: 1 },
          { price: 'waf.rule', quantity: DEPLOYED.wafRules },
        ]
      : []),
  ];
}
