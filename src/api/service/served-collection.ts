import { unknownCollection } from './not-found.ts';

/** The collections that a service answers from. */
export interface ServedCollections {
  /** The collection of requests that name none. */
  readonly collection: string;
  /** Other collections that requests may name; default: none. */
  readonly collections?: readonly string[] | undefined;
}

/**
 * Returns the collection for a request. Its name is checked before anything is read, so that a reply does not
 * reveal which other collections exist.
 * @throws UNKNOWN_COLLECTION if the service does not serve it
 */
export function servedCollection(
  requested: string | undefined,
  { collection, collections = [] }: ServedCollections,
): string {
  if (requested === undefined || requested === collection) return collection;
  if (collections.includes(requested)) return requested;
  throw unknownCollection(requested);
}
