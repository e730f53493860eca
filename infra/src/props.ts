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
  /** Requests with `x-api-key`. The key is made by API Gateway and never shown in outputs. */
  | { readonly kind: 'api-key'; readonly requestsPerDay?: number }
  /** Requests with `Authorization: Bearer` and a token of this issuer. */
  | {
      readonly kind: 'jwt';
      readonly issuer: string;
      readonly audience: string;
      /** Where the issuer's keys are; found through its OpenID configuration where absent. */
      readonly jwksUri?: string;
      /** A scope that tokens must have. */
      readonly scope?: string;
    }
  /** Everyone on the internet who knows the address, at your expense. */
  | { readonly kind: 'none' };

/** When the warm-up runs. */
export interface WarmupProps {
  /** Minutes between two warm-ups; Lambda keeps an idle environment for at least some minutes. */
  readonly everyMinutes?: number;
  /** Environments of each function to keep warm. More makes more first answers fast and costs more. */
  readonly concurrency?: number;
}

/** A canary of CloudWatch Synthetics: a question on a schedule, from outside. */
export interface CanaryProps {
  /** Minutes between two questions (default 5); each run has its price. */
  readonly everyMinutes?: number;
}

/** When somebody is told. */
export interface AlarmProps {
  /** Who is told; the alarms exist without it, too. */
  readonly email?: string;
  /** Most estimated US dollars within an hour. */
  readonly costUsdPerHour?: number;
  /** Most milliseconds of the 95th percentile of an answer, for five minutes. */
  readonly p95Ms?: number;
}

/** A monthly limit on the costs of everything with this deployment's tag. */
export interface BudgetProps {
  readonly usdPerMonth: number;
  readonly email: string;
}

/** How answers are made where a request does not say. */
export interface AnswerProps {
  /** Passages that an answer may rest on, 1 to 50. */
  readonly topK?: number;
  readonly maxContextTokens?: number;
  readonly maxOutputTokens?: number;
  /** Keep only sentences that have to do with the question. */
  readonly compress?: boolean;
}

/** Settings of {@link ServerlessRag}. What is left out has a default that is safe before it is convenient. */
export interface ServerlessRagProps {
  /** Name of the deployment: what function names and the switches' path begin with. */
  readonly name: string;
  /** Folder of the built functions; the one in the `srag` package where absent. */
  readonly functions?: string;
  /** An existing bucket that holds the collections; a new one where absent. */
  readonly bucket?: IBucket;
  /** Prefix of the collections in the bucket (default `srag`). */
  readonly prefix?: string;
  /** Collection that is asked (default `default`). */
  readonly collection?: string;
  /** Other collections that requests may name (default none). */
  readonly collections?: readonly string[];
  /** `snapshot` (default): small bundles that answer from snapshot indexes. `lancedb`: every index kind. */
  readonly engine?: Engine;
  /** `KIND` or `KIND@VERSION`; the published version where absent. */
  readonly index?: string;
  readonly mode?: 'auto' | 'lexical' | 'vector' | 'hybrid';
  /** How answers are made where a request does not say; defaults as in a configuration. */
  readonly answer?: AnswerProps;
  readonly embedder?: AdapterProps;
  readonly generator?: AdapterProps;
  readonly reranker?: AdapterProps;
  /** Default: `iam`. */
  readonly auth?: AuthProps;
  /** Origins of web pages that may call the API; none by default. */
  readonly corsOrigins?: readonly string[];
  /** A web application firewall before the API; its own monthly price, see `srag cost`. */
  readonly waf?: boolean | { readonly requestsPer5Minutes?: number };
  /** A customer-managed key for everything stored: a new one (`true`) or an existing one. */
  readonly kms?: boolean | IKey;
  /** Key of KMS (spec HMAC_256, its ARN) that index versions are signed with; functions open signed versions alone then. */
  readonly signing?: { readonly kmsKey: string };
  /** Keep old versions of objects for 30 days: a deleted corpus can be brought back, at the price of its space. */
  readonly versioned?: boolean;
  /**
   * Environments that each function may have at once. It bounds cost and protects other functions of the account;
   * beyond it callers get 429. `unreserved` shares the account's own limit.
   */
  readonly reservedConcurrency?: number | 'unreserved' | Readonly<Record<string, number | 'unreserved'>>;
  /** Environments that are kept ready, by function; each costs the whole month. At most what the function reserves. */
  readonly provisionedConcurrency?: Readonly<Record<string, number>>;
  /** Concurrent executions that the account allows (default 1,000): what unreserved functions are throttled by. */
  readonly accountConcurrency?: number;
  readonly cache?: 'none' | 'memory' | 'dynamodb' | 's3';
  /** Default: every 5 minutes, one environment. `false`: no schedule. */
  readonly warmup?: false | WarmupProps;
  /** Ingest of documents that are put under the bucket's `documents` prefix (default true). */
  readonly ingest?: boolean;
  /** Megabytes of /tmp of `ingest`, 512 to 10,240 (default 2,048): documents of a batch, and rows of the index it builds. */
  readonly ingestStorageMb?: number;
  /** First values of the run-time switches; they are changed in SSM without a deployment. */
  readonly switches?: Readonly<Record<string, string>>;
  /** Days that logs are kept (default 30); one of those that CloudWatch knows. */
  readonly logRetentionDays?: number;
  /** Whether questions and answers may stand in logs (default false). */
  readonly logText?: boolean;
  /**
   * What CloudWatch keeps as metrics (default `essential`: total time, errors, throttles, cost); it bills each by the
   * month. The log has all values anyway. `all`: those of every stage and route, with graphs. `none`: no alarm on cost.
   */
  readonly metrics?: 'all' | 'essential' | 'none';
  /** Whether this stack sets the role by which API Gateway writes logs, one for account and region (default true). */
  readonly apiGatewayLogRole?: boolean;
  /** Default `false`: none. With alarms, a failed question is told. Not with auth `jwt`: nobody gives it a token. */
  readonly canary?: false | CanaryProps;
  /** `false`: no alarms. */
  readonly alarms?: false | AlarmProps;
  readonly budget?: BudgetProps;
  /** What `destroy` does with bucket, key and corpus: kept by default. */
  readonly retainData?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}
