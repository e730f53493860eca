import { createHash } from 'node:crypto';
import { InfraError } from '../infra-error.ts';
import type { ResolvedProps } from '../resolve-props.ts';

/** Matches version ids, as in `20261130t120000-0a1b`. Each `?` is one character, so `a` does not match `a-b`. */
const VERSION = '????????t??????-????';
/** Beginning of all version ids, for patterns that allow only a `*` at the end. */
const CENTURY = '2';

/** Patterns of the names of indices on an OpenSearch server. */
export interface IndexNames {
  /** Of all served collections, for IAM. */
  readonly served: readonly string[];
  /** Of the deployment's own collection, for IAM. */
  readonly own: string;
  /** The same for data access policies of OpenSearch Serverless. */
  readonly servedPrefixes: readonly string[];
  readonly ownPrefix: string;
}

/**
 * Checks that patterns that end in `*` do not allow building indices of another served collection: the pattern of
 * `docs` matches those of `docs-2` and `docs-2025`, too.
 * @throws InfraError
 */
export function checkCollectionNames({
  collection,
  collections,
}: Pick<ResolvedProps, 'collection' | 'collections'>): void {
  const matched = collections.find((name) => name.startsWith(`${collection}-${CENTURY}`));
  if (matched === undefined) return;
  throw new InfraError(
    `collections contains '${matched}': in OpenSearch Serverless, the permission to build indices of '${collection}' would include it. Rename a collection, or use a domain.`,
  );
}

/** Characters of the name of a vector index, and of a version. */
const [VECTOR_INDEX_LENGTH, VERSION_LENGTH] = [63, VERSION.length];

/**
 * Pattern of the names of a collection's vector indexes, as in srag: the name of the collection, or its hash if S3
 * Vectors does not accept the name.
 */
export function vectorIndexName(collection: string): string {
  const isAccepted =
    `srag-${collection}-`.length + VERSION_LENGTH <= VECTOR_INDEX_LENGTH && !collection.includes('_');
  const name = isAccepted ? collection : createHash('sha256').update(collection).digest('hex').slice(0, 16);
  return `srag-${name}-${VERSION}`;
}

/** The names of indices, as in srag: prefix, collection and version in lower case. */
export function indexNames(
  { collection, collections }: Pick<ResolvedProps, 'collection' | 'collections'>,
  prefix = 'srag',
): IndexNames {
  const served = [...new Set([collection, ...collections])];
  return {
    served: served.map((name) => `${prefix}-${name}-${VERSION}`),
    own: `${prefix}-${collection}-${VERSION}`,
    servedPrefixes: served.map((name) => `${prefix}-${name}-${CENTURY}*`),
    ownPrefix: `${prefix}-${collection}-${CENTURY}*`,
  };
}
