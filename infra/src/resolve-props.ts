import { CACHE_FOLDER, CANARY_FOLDER, DOCUMENTS_FOLDER } from './data-folders.ts';
import { InfraError } from './infra-error.ts';
import type { ServerlessRagProps } from './props.ts';

/** Names that are valid in all resource names, including log groups and buckets. */
const NAME = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;
const PREFIX = /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/;
const COLLECTION = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/**
 * Names of other folders next to the collections. A collection of the same name would allow its functions to
 * read that folder.
 */
const RESERVED = [DOCUMENTS_FOLDER, CACHE_FOLDER, CANARY_FOLDER];
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Props including defaults. */
export interface ResolvedProps extends ServerlessRagProps {
  readonly prefix: string;
  readonly collection: string;
  readonly collections: readonly string[];
  readonly engine: NonNullable<ServerlessRagProps['engine']>;
  readonly auth: NonNullable<ServerlessRagProps['auth']>;
  readonly corsOrigins: readonly string[];
  readonly cache: NonNullable<ServerlessRagProps['cache']>;
  readonly ingest: boolean;
  readonly ingestStorageMb: number;
  readonly logRetentionDays: number;
  readonly metrics: NonNullable<ServerlessRagProps['metrics']>;
  readonly retainData: boolean;
}

/** Fills in defaults. @throws InfraError for values that AWS would refuse minutes into the deployment. */
export function resolveProps(props: ServerlessRagProps): ResolvedProps {
  const resolved: ResolvedProps = {
    ...props,
    prefix: props.prefix ?? 'srag',
    collection: props.collection ?? 'default',
    collections: props.collections ?? [],
    engine: props.engine ?? 'snapshot',
    auth: props.auth ?? { kind: 'iam' },
    corsOrigins: props.corsOrigins ?? [],
    cache: props.cache ?? 'none',
    ingest: props.ingest ?? true,
    ingestStorageMb: props.ingestStorageMb ?? 2_048,
    logRetentionDays: props.logRetentionDays ?? 30,
    metrics: props.metrics ?? 'essential',
    retainData: props.retainData ?? true,
  };
  check(
    'name',
    resolved.name,
    NAME,
    'must be 2 to 32 lower-case letters, digits and hyphens, beginning with a letter',
  );
  if (resolved.signing !== undefined && !resolved.signing.kmsKey.startsWith('arn:'))
    refuse(
      'signing.kmsKey',
      resolved.signing.kmsKey,
      'must be the ARN of a key, because the permission on the key requires it',
    );
  check(
    'prefix',
    resolved.prefix,
    PREFIX,
    "must be segments of letters, digits, '_', '.' and '-', separated by '/'",
  );
  for (const [name, value] of [
    ['collection', resolved.collection],
    ...resolved.collections.map((each) => ['collections', each] as const),
  ] as const) {
    check(name, value, COLLECTION, "must be 1 to 63 lower-case letters, digits, '-' and '_'");
    if (RESERVED.includes(value)) refuse(name, value, 'is the name of a folder that all collections share');
  }
  for (const origin of resolved.corsOrigins) checkOrigin(origin);
  if (!RETENTION_DAYS.includes(resolved.logRetentionDays))
    refuse('logRetentionDays', resolved.logRetentionDays, `must be one of ${RETENTION_DAYS.join(', ')}`);
  if (resolved.auth.kind === 'jwt') {
    checkHttps('auth.issuer', resolved.auth.issuer);
    if (resolved.auth.jwksUri !== undefined) checkHttps('auth.jwksUri', resolved.auth.jwksUri);
  }
  checkNumber('ingestStorageMb', resolved.ingestStorageMb, 512, 10_240);
  if (resolved.canary) checkNumber('canary.everyMinutes', resolved.canary.everyMinutes, 1, 60);
  if (resolved.warmup) {
    checkNumber('warmup.everyMinutes', resolved.warmup.everyMinutes, 1, 60);
    checkNumber('warmup.concurrency', resolved.warmup.concurrency, 1, 100);
  }
  return resolved;
}

function check(name: string, value: string, pattern: RegExp, rule: string): void {
  if (!pattern.test(value)) refuse(name, value, rule);
}

function checkNumber(name: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
    refuse(name, value, `must be a whole number from ${least} to ${most}`);
}

function checkOrigin(origin: string): void {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin)
    refuse('corsOrigins', origin, "must be an origin such as https://example.org; '*' is not one");
}

function checkHttps(name: string, value: string): void {
  if (!URL.canParse(value) || new URL(value).protocol !== 'https:')
    refuse(name, value, 'must be an https address');
}

function refuse(name: string, value: unknown, rule: string): never {
  throw new InfraError(`${name} is ${JSON.stringify(value)}: it ${rule}.`);
}
