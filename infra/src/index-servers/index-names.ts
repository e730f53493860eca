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
