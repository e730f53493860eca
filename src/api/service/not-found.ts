import { SragError } from '../../core/index.ts';

// These errors go to any caller of an API, so they do not list the names that exist.

/** The error for a collection that is not served, whether or not it exists. */
export const unknownCollection = (name: string): SragError =>
  new SragError('UNKNOWN_COLLECTION', `This API does not serve collection '${name}'.`, {
    remedy: 'Omit collection, or name one that this API serves.',
    fields: { field: 'collection', value: name },
  });

export const unknownVersion = (kind: string, version: string): SragError =>
  new SragError('UNKNOWN_INDEX_VERSION', `Index version '${kind}@${version}' does not exist.`, {
    remedy: 'List the versions with srag index list, or omit the version to use the published one.',
    fields: { field: 'index', value: version },
  });
