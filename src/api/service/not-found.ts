import { SragError } from '../../core/index.ts';

// Replies of an API to whoever may call it: they list no names of what else there is.

/** The same error for a collection that is not served and for one that does not exist. */
export const unknownCollection = (name: string): SragError =>
  new SragError('UNKNOWN_COLLECTION', `There is no collection '${name}' here.`, {
    remedy: 'Name no collection, or one that this API serves.',
    fields: { field: 'collection', value: name },
  });

export const unknownVersion = (kind: string, version: string): SragError =>
  new SragError('UNKNOWN_INDEX_VERSION', `There is no version '${version}' of ${kind} here.`, {
    remedy: 'srag index list shows the versions; without one the published version answers.',
    fields: { field: 'index', value: version },
  });
