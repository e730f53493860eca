import { SragError } from '../../core/index.ts';

// These errors go to any caller of an API, so they do not list the names that exist.

/** The same error for a collection that is not served and one that does not exist. */
export const unknownCollection = (name: string): SragError =>
  new SragError('UNKNOWN_COLLECTION', `There is no collection '${name}' here.`, {
    remedy: 'Omit collection, or name one that this API serves.',
    fields: { field: 'collection', value: name },
  });

export const unknownVersion = (kind: string, version: string): SragError =>
  new SragError('UNKNOWN_INDEX_VERSION', `There is no version '${version}' of ${kind} here.`, {
    remedy: 'srag index list shows the versions; without one the published version answers.',
    fields: { field: 'index', value: version },
  });
