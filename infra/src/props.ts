import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Engine } from './built-functions.ts';
import type { OpenSearchProps, S3VectorsProps } from './index-servers/index.ts';

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
  /** Minutes between two warm-ups (default 5); Lambda keeps an idle environment for some minutes. */
  readonly everyMinutes?: number;
  /** Number of environments per function to keep warm. More of them avoid more cold starts but cost more. */
  readonly concurrency?: number;
}

/** A CloudWatch Synthetics canary, which sends a question to the public API on a schedule. */
export interface CanaryProps {
  /** Minutes between two questions (default 5); each run is billed. */
  readonly everyMinutes?: number;
}

/** Alarm thresholds and recipient. */
export interface AlarmProps {
  /** Recipient of alarms. Without one, the alarms exist but send no notification. */
  readonly email?: string;
  /** Alarm if the estimated cost of an hour exceeds this many US dollars. */
  readonly costUsdPerHour?: number;
  /** Alarm if the 95th percentile of response times within five minutes exceeds this many milliseconds. */
  readonly p95Ms?: number;
}

/** A monthly budget for the costs of all resources with this deployment's tag. */
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
  /** Makes follow-up questions self-contained: by `rules` (default), or by a call of the generator's `model`. */
  readonly rewrite?: 'rules' | 'model';
  /** Language in which a model answers, as a name or code (default: the language of the question). */
  readonly language?: string;
  /** Role and style of a model, instead of srag's. */
  readonly systemPrompt?: string;
  /** Your own instructions to a model, added to those of srag. */
  readonly instructions?: string;
}

/** Settings of {@link ServerlessRag}. Defaults prefer safety to convenience. */
export interface ServerlessRagProps {
  /** Name of the deployment. Names of functions and the path of the switches begin with it. */
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
  /** Index to search, as `KIND` or `KIND@VERSION`; default: the published version. */
  readonly index?: string;
  /** Server of the `opensearch-*` index kinds; only functions that search or build indexes may use it. */
  readonly opensearch?: OpenSearchProps;
  /** Vector bucket of the index kind `s3-vectors`; only functions that search or build indexes may use it. */
  readonly s3Vectors?: S3VectorsProps;
  readonly mode?: 'auto' | 'lexical' | 'vector' | 'hybrid';
  /**
   * Defaults of the answer options in requests. Options without a value here have the same default as in a
   * configuration file.
   */
  readonly answer?: AnswerProps;
  readonly embedder?: AdapterProps;
  readonly generator?: AdapterProps;
  readonly reranker?: AdapterProps;
  /** Default: `iam`. */
  readonly auth?: AuthProps;
  /** Origins of web pages that may call the API; none by default. */
  readonly corsOrigins?: readonly string[];
  /** A web application firewall in front of the API. It has its own monthly price; see `srag cost`. */
  readonly waf?: boolean | { readonly requestsPer5Minutes?: number };
  /** A customer-managed key for all stored data: a new one (`true`) or an existing one. */
  readonly kms?: boolean | IKey;
  /**
   * ARN of the KMS key (spec HMAC_256) that signs index versions; functions then open signed versions only.
   */
  readonly signing?: { readonly kmsKey: string };
  /**
   * Keep old versions of objects for 30 days, so that a deleted corpus can be restored. Their storage is
   * billed.
   */
  readonly versioned?: boolean;
  /**
   * Maximum concurrent environments per function. It limits the cost and protects other functions of the
   * account; callers that exceed it receive 429. With `unreserved`, functions share the account's limit.
   */
  readonly reservedConcurrency?: number | 'unreserved' | Readonly<Record<string, number | 'unreserved'>>;
  /**
   * Provisioned concurrency by function: at most its reserved concurrency, and billed for the whole month.
   */
  readonly provisionedConcurrency?: Readonly<Record<string, number>>;
  /** Concurrent executions that the account allows (default 1,000), which limit unreserved functions. */
  readonly accountConcurrency?: number;
  readonly cache?: 'none' | 'memory' | 'dynamodb' | 's3';
  /** Scheduled warm-up; default: one environment every 5 minutes. `false`: no warm-up. */
  readonly warmup?: false | WarmupProps;
  /** Ingest documents uploaded under the bucket's `documents` prefix (default true). */
  readonly ingest?: boolean;
  /**
   * Megabytes of /tmp for `ingest`, 512 to 10,240 (default 2,048). They hold the documents of a batch and the
   * rows of the index that is built.
   */
  readonly ingestStorageMb?: number;
  /** Initial values of the run-time switches, which can be changed in SSM without a deployment. */
  readonly switches?: Readonly<Record<string, string>>;
  /** Days for which logs are kept (default 30); must be a value that CloudWatch supports. */
  readonly logRetentionDays?: number;
  /** Whether questions and answers may be logged (default false). */
  readonly logText?: boolean;
  /**
   * Values that CloudWatch keeps as metrics; each is billed monthly. `essential` (default): total time,
   * errors, throttles and cost. `all`: also every stage and route, with graphs. `none`: no metrics and
   * no cost alarm. The log always contains all values.
   */
  readonly metrics?: 'all' | 'essential' | 'none';
  /**
   * Whether this stack sets the role with which API Gateway writes logs (default true). An account has one
   * such role per region.
   */
  readonly apiGatewayLogRole?: boolean;
  /**
   * A canary that asks the API a question on a schedule (default `false`). With `alarms`, a failed question
   * triggers an alarm. Not available with auth `jwt`, because the canary has no token.
   */
  readonly canary?: false | CanaryProps;
  /** `false`: no alarms. */
  readonly alarms?: false | AlarmProps;
  readonly budget?: BudgetProps;
  /** Whether `destroy` keeps bucket, key and corpus (default true). */
  readonly retainData?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}
