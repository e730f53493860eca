import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Engine } from './built-functions.ts';

/** An adapter by its name in srag, with its settings. */
export interface AdapterProps {
  readonly name: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Who may call the API. */
export type AuthProps =
  /** Requests signed with AWS credentials that are allowed `execute-api:Invoke`. */
  | { readonly kind: 'iam' }
  /** Requests with `x-api-key`. API Gateway creates the key; outputs never show it. */
  | { readonly kind: 'api-key'; readonly requestsPerDay?: number }
  /** Requests with `Authorization: Bearer` and a token of this issuer. */
  | {
      readonly kind: 'jwt';
      readonly issuer: string;
      readonly audience: string;
      /** Address of the issuer's keys; by default from its OpenID configuration. */
      readonly jwksUri?: string;
      /** A scope that tokens must have. */
      readonly scope?: string;
    }
  /** Anyone on the internet who knows the address, at your expense. */
  | { readonly kind: 'none' };

/** Schedule of the warm-up. */
export interface WarmupProps {
  /** Minutes between two warm-ups; Lambda keeps an idle environment for at least some minutes. */
  readonly everyMinutes?: number;
  /** Environments of each function to keep warm. Higher: more fast first answers, more cost. */
  readonly concurrency?: number;
}

/** A CloudWatch Synthetics canary: a scheduled question from outside. */
export interface CanaryProps {
  /** Minutes between two questions (default 5); each run is billed. */
  readonly everyMinutes?: number;
}

/** Alarm thresholds and recipient. */
export interface AlarmProps {
  /** Recipient of alarms. Without one, the alarms exist but send no notification. */
  readonly email?: string;
  /** Maximum estimated US dollars within an hour. */
  readonly costUsdPerHour?: number;
  /** Maximum 95th percentile of a response in milliseconds, over five minutes. */
  readonly p95Ms?: number;
}

/** A monthly limit on the costs of everything with this deployment's tag. */
export interface BudgetProps {
  readonly usdPerMonth: number;
  readonly email: string;
}

/** Defaults of the answer options in requests. */
export interface AnswerProps {
  /** Passages that an answer may be based on, 1 to 50. */
  readonly topK?: number;
  readonly maxContextTokens?: number;
  readonly maxOutputTokens?: number;
  /** Keep only sentences that are relevant to the question. */
  readonly compress?: boolean;
}

/** Settings of {@link ServerlessRag}. Defaults prefer safety to convenience. */
export interface ServerlessRagProps {
  /** Name of the deployment: prefix of function names and of the switches' path. */
  readonly name: string;
  /** Folder of the built functions; default: the one in the `srag` package. */
  readonly functions?: string;
  /** An existing bucket with the collections; default: a new one. */
  readonly bucket?: IBucket;
  /** Prefix of the collections in the bucket (default `srag`). */
  readonly prefix?: string;
  /** Collection to search (default `default`). */
  readonly collection?: string;
  /** Other collections that requests may name (default none). */
  readonly collections?: readonly string[];
  /** `snapshot` (default): small bundles that answer from snapshot indexes. `lancedb`: every index kind. */
  readonly engine?: Engine;
  /** `KIND` or `KIND@VERSION`; default: the published version. */
  readonly index?: string;
  readonly mode?: 'auto' | 'lexical' | 'vector' | 'hybrid';
  /**
   * Defaults of the answer options in requests; unset ones have the same defaults as in a configuration file.
   */
  readonly answer?: AnswerProps;
  readonly embedder?: AdapterProps;
  readonly generator?: AdapterProps;
  readonly reranker?: AdapterProps;
  /** Default: `iam`. */
  readonly auth?: AuthProps;
  /** Origins of web pages that may call the API; none by default. */
  readonly corsOrigins?: readonly string[];
  /** A web application firewall in front of the API; it has its own monthly price, see `srag cost`. */
  readonly waf?: boolean | { readonly requestsPer5Minutes?: number };
  /** A customer-managed key for all stored data: a new one (`true`) or an existing one. */
  readonly kms?: boolean | IKey;
  /**
   * ARN of the KMS key (spec HMAC_256) that signs index versions; functions then open signed versions only.
   */
  readonly signing?: { readonly kmsKey: string };
  /**
   * Keep old versions of objects for 30 days, so that a deleted corpus can be restored, at the price of the
   * storage.
   */
  readonly versioned?: boolean;
  /**
   * Maximum concurrent environments per function. It bounds cost and protects other functions of the account;
   * beyond it callers receive 429. `unreserved` shares the account's own limit.
   */
  readonly reservedConcurrency?: number | 'unreserved' | Readonly<Record<string, number | 'unreserved'>>;
  /** Provisioned concurrency by function, billed for the whole month; at most the reserved concurrency. */
  readonly provisionedConcurrency?: Readonly<Record<string, number>>;
  /** Concurrent executions that the account allows (default 1,000), which limit unreserved functions. */
  readonly accountConcurrency?: number;
  readonly cache?: 'none' | 'memory' | 'dynamodb' | 's3';
  /** Default: every 5 minutes, one environment. `false`: no schedule. */
  readonly warmup?: false | WarmupProps;
  /** Ingest documents uploaded under the bucket's `documents` prefix (default true). */
  readonly ingest?: boolean;
  /** Megabytes of /tmp of `ingest`, 512 to 10,240 (default 2,048): documents of a batch, and rows of the index it builds. */
  readonly ingestStorageMb?: number;
  /** Initial values of the run-time switches, which can be changed in SSM without a deployment. */
  readonly switches?: Readonly<Record<string, string>>;
  /** Days for which logs are kept (default 30); must be a value that CloudWatch supports. */
  readonly logRetentionDays?: number;
  /** Whether questions and answers may be logged (default false). */
  readonly logText?: boolean;
  /**
   * What CloudWatch keeps as metrics, each billed monthly (default `essential`: total time, errors,
   * throttles, cost). The log has all values anyway. `all`: those of every stage and route, with graphs.
   * `none`: no alarm on cost.
   */
  readonly metrics?: 'all' | 'essential' | 'none';
  /**
   * Whether this stack sets the role with which API Gateway writes logs, one per account and region (default
   * true).
   */
  readonly apiGatewayLogRole?: boolean;
  /**
   * Default `false`: none. With alarms, a failed question triggers one. Not available with auth `jwt`, for
   * lack of a token.
   */
  readonly canary?: false | CanaryProps;
  /** `false`: no alarms. */
  readonly alarms?: false | AlarmProps;
  readonly budget?: BudgetProps;
  /** Whether `destroy` keeps bucket, key and corpus (default true). */
  readonly retainData?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}
