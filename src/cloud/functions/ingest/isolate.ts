import type { Workspace } from '../../../config/index.ts';
import { readCollection } from '../../../corpus/index.ts';
import { type Applied, applyFetched, type MissedChange, NO_DOCUMENTS } from './apply.ts';
import { Attempts } from './attempts.ts';
import type { DocumentsPlace } from './documents-place.ts';
import type { ObjectChange } from './event.ts';
import { type FetchedObject, fetchObjects } from './fetch-objects.ts';
import { isPassing, withPatience } from './passing-fault.ts';

/** Less than this is left of the invocation: no further document is begun. */
const RESERVE_MS = 120_000;

/** What changes are applied with. */
export interface Applying {
  readonly workspace: Workspace;
  readonly place: DocumentsPlace;
  readonly folder: string;
  /** Of the invocation. */
  readonly remainingMs: () => number;
}

/** What became of changes when each could fail alone. */
export interface Isolated extends Applied {
  /** Changes during which the function died before. */
  readonly deadly: readonly ObjectChange[];
  /** There was no time for these. */
  readonly notBegun: readonly ObjectChange[];
}

const NOTHING: Isolated = { documents: NO_DOCUMENTS, unread: [], missed: [], deadly: [], notBegun: [] };

/**
 * Ingests objects as they are now, and removes those that are gone: new changes together, those whose messages come
 * again one after another, and so all of those that fail together. A fault meets its own document alone then, and is
 * given with it, not thrown. Every change must be of this place.
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
      applied = merged(applied, await withPatience(() => applyFetched(workspace, place, fresh)));
  } catch (error) {
    const [only, ...others] = fresh;
    applied =
      others.length > 0
        ? await oneByOne(applying, applied, fresh)
        : { ...applied, missed: [{ change: only!.change, error, isUnfetched: false }] };
  }
  return oneByOne(applying, applied, again, new Attempts(workspace));
}

/** With `attempts` each is noted before it is begun: a message that comes again may have ended the function. */
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
      return { ...all, notBegun: [...all.notBegun, ...fetched.slice(index).map((each) => each.change)] };
    try {
      if ((await attempts?.begin(change)) === false) {
        all = { ...all, deadly: [...all.deadly, change] };
        continue;
      }
      all = merged(all, await withPatience(() => applyFetched(workspace, place, [object])));
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

/** Whose fault it is that a change was missed: its own, or that of a service that all of them need. */
export async function isOwnFault(
  { workspace }: Pick<Applying, 'workspace'>,
  { documents }: Applied,
  { error, isUnfetched }: MissedChange,
): Promise<boolean> {
  // Others went the whole way at the same time.
  if (documents.added + documents.updated > 0) return true;
  if (!isUnfetched) return false;
  // It is denied or archived, say; or the storage gives other objects.
  return !isPassing(error) || storageAnswers(workspace);
}

const storageAnswers = ({ storage, config }: Workspace): Promise<boolean> =>
  readCollection(storage, config.collection).then(
    () => true,
    () => false,
  );
