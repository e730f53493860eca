import type { Workspace } from '../../../config/index.ts';
import { readCollection } from '../../../corpus/index.ts';
import { type Applied, applyFetched, type MissedChange, NO_DOCUMENTS } from './apply.ts';
import { Attempts } from './attempts.ts';
import type { DocumentsPlace } from './documents-place.ts';
import type { ObjectChange } from './event.ts';
import { type FetchedObject, fetchObjects } from './fetch-objects.ts';
import { isTransient, withRetries } from './transient-fault.ts';

/** If less time than this is left in the invocation, no further document is started. */
const RESERVE_MS = 120_000;

/** Context in which changes are applied. */
export interface Applying {
  readonly workspace: Workspace;
  readonly place: DocumentsPlace;
  readonly folder: string;
  /** Time left for the invocation. */
  readonly remainingMs: () => number;
}

/** The outcome of changes that can fail independently of each other. */
export interface Isolated extends Applied {
  /** Changes on which the function crashed before. */
  readonly crashed: readonly ObjectChange[];
  /** Changes not started for lack of time. */
  readonly notStarted: readonly ObjectChange[];
}

const NOTHING: Isolated = { documents: NO_DOCUMENTS, unread: [], missed: [], crashed: [], notStarted: [] };

/**
 * Ingests the current state of objects, and removes the documents of deleted ones. New changes are applied
 * together. Redelivered changes, and the changes of a failed batch, are applied one by one, so that a fault
 * affects only its own document. Faults are returned, not thrown. All changes must belong to `place`.
 */
export async function applyIsolated(applying: Applying, changes: readonly ObjectChange[]): Promise<Isolated> {
  const { workspace, place, folder } = applying;
  const fetched = await fetchObjects(workspace.storage, place, folder, changes);
  const { true: again = [], false: fresh = [] } = Object.groupBy(fetched, ({ change }) =>
    String(change.messages.some(({ receives }) => receives > 1)),
  ) as Partial<Record<'true' | 'false', FetchedObject[]>>;
  let applied = NOTHING;
  try {
    if (fresh.length > 0)
      applied = merged(applied, await withRetries(() => applyFetched(workspace, place, fresh)));
  } catch (error) {
    const [only, ...others] = fresh;
    applied =
      others.length > 0
        ? await oneByOne(applying, applied, fresh)
        : { ...applied, missed: [{ change: only!.change, error, isUnfetched: false }] };
  }
  return oneByOne(applying, applied, again, new Attempts(workspace));
}

/**
 * Applies changes one by one. With `attempts`, each one is recorded before it starts, to detect changes that
 * crash the function.
 */
async function oneByOne(
  { workspace, place, remainingMs }: Applying,
  before: Isolated,
  fetched: readonly FetchedObject[],
  attempts?: Attempts,
): Promise<Isolated> {
  let all = before;
  for (const [index, object] of fetched.entries()) {
    const { change } = object;
    if (index > 0 && remainingMs() < RESERVE_MS)
      return { ...all, notStarted: [...all.notStarted, ...fetched.slice(index).map((each) => each.change)] };
    try {
      if ((await attempts?.begin(change)) === false) {
        all = { ...all, crashed: [...all.crashed, change] };
        continue;
      }
      all = merged(all, await withRetries(() => applyFetched(workspace, place, [object])));
    } catch (error) {
      all = { ...all, missed: [...all.missed, { change, error, isUnfetched: false }] };
    }
    await attempts?.end(change);
  }
  return all;
}

const merged = (all: Isolated, { documents, unread, missed }: Applied): Isolated => ({
  ...all,
  documents: {
    added: all.documents.added + documents.added,
    updated: all.documents.updated + documents.updated,
    removed: all.documents.removed + documents.removed,
    unchanged: all.documents.unchanged + documents.unchanged,
    failed: all.documents.failed + documents.failed,
  },
  unread: [...all.unread, ...unread],
  missed: [...all.missed, ...missed],
});

/** Whether the change itself caused the failure, rather than a service that all changes need. */
export async function isOwnFault(
  { workspace }: Pick<Applying, 'workspace'>,
  { documents }: Applied,
  { error, isUnfetched }: MissedChange,
): Promise<boolean> {
  // The services work, because other changes of this invocation succeeded.
  if (documents.added + documents.updated > 0) return true;
  if (!isUnfetched) return false;
  // The change is at fault if its error is permanent (such as a denied or archived object), or if storage can
  // read other objects.
  return !isTransient(error) || storageAnswers(workspace);
}

const storageAnswers = ({ storage, config }: Workspace): Promise<boolean> =>
  readCollection(storage, config.collection).then(
    () => true,
    () => false,
  );
