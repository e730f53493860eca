import type { FunctionUse, MonthPlan, RequestUse } from '../../../api/cost/index.ts';
import type { CostAssumptions } from './assumptions.ts';

/**
 * Parts of a deployment that `srag cost` prices besides its functions; infrastructure tests compare them with
 * a template.
 */
export const DEPLOYED = {
  /** Number of metrics that the alarms watch; CloudWatch bills each of them. */
  alarmMetrics: 25,
  dashboards: 1,
  wafRules: 4,
  /** Share of requests that X-Ray records. */
  tracedShare: 0.05,
} as const;

/** Bytes of an access log line. */
const ACCESS_LOG_BYTES = 480;
const AUTHORIZER: Omit<FunctionUse, 'architecture'> = { name: 'authorizer', memoryMb: 256, durationMs: 5 };
/** Monthly requests of Lambda polling two queues: five pollers each, waiting 20 seconds per request. */
const QUEUE_POLLS = 2 * 5 * 3 * 60 * 730;
/** Number of queue requests per document: send, receive, delete, and a share of the requests for a batch. */
const QUEUE_REQUESTS = 4;
/** Transitions of the ingest state machine per document, if a batch has ten documents. */
const TRANSITIONS = 0.2;
/** Number of alarm e-mails per month, assuming one per day. */
const ALARM_EMAILS = 30;
/** A canary run: its duration with the start of the runtime, and its memory, the default of Synthetics. */
const CANARY_SECONDS = 3;
const CANARY_GB = 1_000 / 1_024;
const INGEST_GB = 3_008 / 1_024;
/** KMS calls per cold start: one for the function's variables, one for the bucket. */
const KEY_CALLS = 2;

type Priced = NonNullable<MonthPlan['fixed']>;

/** Usage that the gateway adds to each request: authorizer, log and trace. */
export function gatewayUse(a: CostAssumptions): Pick<RequestUse, 'functions' | 'logs' | 'traces'> {
  if (a.onlyFunctions) return {};
  return {
    functions: a.auth === 'jwt' ? [{ ...AUTHORIZER, architecture: a.architecture }] : [],
    logs: { bytes: ACCESS_LOG_BYTES },
    traces: { recorded: DEPLOYED.tracedShare },
  };
}

/** Monthly requests to the firewall and the KMS key. */
export function protectionUse(a: CostAssumptions): Priced {
  if (a.onlyFunctions) return [];
  return [
    ...(a.kms ? [{ price: 'kms.requests', quantity: KEY_CALLS * a.requests * a.coldShare }] : []),
    ...(a.waf ? [{ price: 'waf.requests', quantity: a.requests }] : []),
  ];
}

/** Canary runs, the function that Synthetics creates for them, and its alarm. */
function canaryUse({ canaryMinutes }: CostAssumptions): Priced {
  if (canaryMinutes === 0) return [];
  const runs = (730 * 60) / canaryMinutes;
  return [
    { price: 'synthetics.canary-runs', quantity: runs },
    { price: 'lambda.x86_64.compute', quantity: runs * CANARY_SECONDS * CANARY_GB },
    { price: 'cloudwatch.alarm', quantity: 1 },
  ];
}

/** The fixed monthly cost of a deployment without storage and warm-up. */
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
