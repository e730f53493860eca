import { z } from 'zod';
import {
  COLLECTION_NAME,
  type CollectionSettings,
  collectionPrefix,
  hasCode,
  METRICS,
  RESERVED_NAMES,
  SragError,
  undefinedIf,
  unknownName,
} from '../core/index.ts';
import type { ObjectStorage } from '../io/storage/index.ts';

/** Default name of a collection. */
export const DEFAULT_COLLECTION = 'default';

const SETTINGS_FILE = 'collection.json';

/** Key of a collection's settings. @throws INVALID_ARGUMENT */
export const settingsKey = (name: string): string => collectionPrefix(name) + SETTINGS_FILE;

const settingsSchema = z.strictObject({
  formatVersion: z.literal(1),
  name: z.string().regex(COLLECTION_NAME),
  embedder: z.string().min(1),
  dimensions: z.int().min(0).max(4096),
  metric: z.enum(METRICS),
  chunker: z.strictObject({ version: z.int(), maxTokens: z.int().positive(), overlapTokens: z.int().min(0) }),
  fields: z.record(z.string(), z.enum(['string', 'number', 'boolean', 'string[]'])),
});

/**
 * Sorted names of the collections at a location. A folder counts as a collection if it has settings, a corpus
 * or indexes, or cannot be read, so that damaged ones are listed too.
 */
export async function listCollections(storage: ObjectStorage): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of storage.list('', { foldersAsOne: true })) {
    const name = key.slice(0, -1);
    if (key.endsWith('/') && COLLECTION_NAME.test(name) && (await isCollection(storage, name)))
      names.push(name);
  }
  return names;
}

const PARTS = [SETTINGS_FILE, 'corpus/', 'indexes/'];

async function isCollection(storage: ObjectStorage, name: string): Promise<boolean> {
  const prefix = collectionPrefix(name);
  try {
    for await (const { key } of storage.list(prefix, { foldersAsOne: true }))
      if (PARTS.includes(key.slice(prefix.length))) return true;
    return false;
  } catch {
    // Unreadable folders are listed, because opening the collection reports the reason.
    return true;
  }
}

/** Settings of a collection, or undefined if it does not exist. @throws DAMAGED_STORE */
export async function readCollection(
  storage: Pick<ObjectStorage, 'read'>,
  name: string,
): Promise<CollectionSettings | undefined> {
  const key = settingsKey(name);
  const found = await storage.read(key).catch(undefinedIf('OBJECT_NOT_FOUND'));
  if (found === undefined) return undefined;
  try {
    // Return the requested name: in a copied folder, the stored name is that of the original collection.
    return { ...settingsSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes))), name };
  } catch (cause) {
    throw new SragError('DAMAGED_STORE', `The settings of collection '${name}' cannot be read (${key}).`, {
      remedy: 'Restore that object, or delete the collection and ingest again.',
      cause,
    });
  }
}

/**
 * Settings of an existing collection.
 * @throws UNKNOWN_COLLECTION with the nearest name, DAMAGED_STORE for a collection without settings.
 */
export async function requireCollection(storage: ObjectStorage, name: string): Promise<CollectionSettings> {
  const settings = await readCollection(storage, name);
  if (settings !== undefined) return settings;
  // Best effort: there is no suggestion if the role may not list other collections.
  const names = await listCollections(storage).catch((): string[] => []);
  if (names.includes(name)) {
    const key = settingsKey(name);
    throw new SragError('DAMAGED_STORE', `The settings of collection '${name}' are missing (${key}).`, {
      remedy: 'Restore that object, or delete the collection and ingest again.',
      fields: { key },
    });
  }
  if (names.length > 0) throw unknownName('UNKNOWN_COLLECTION', 'collection', name, names);
  throw new SragError('UNKNOWN_COLLECTION', `There is no collection '${name}' at ${storage.location}.`, {
    remedy: 'Ingest something first: srag ingest PATH',
    fields: { name, location: storage.location },
  });
}

/**
 * Creates the collection, or checks that the existing one has the same settings.
 * @throws EMBEDDER_MISMATCH or SETTINGS_MISMATCH naming the setting that differs.
 */
export async function ensureCollection(
  storage: ObjectStorage,
  settings: CollectionSettings,
): Promise<CollectionSettings> {
  if (RESERVED_NAMES.includes(settings.name)) throw reservedName(settings.name);
  const existing = await readCollection(storage, settings.name);
  if (existing !== undefined) return sameSettings(existing, settings);
  const bytes = new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`);
  try {
    await storage.write(settingsKey(settings.name), bytes, { ifNoneMatch: '*' });
    return settings;
  } catch (error) {
    if (!hasCode(error, 'CONDITION_FAILED')) throw error;
    return sameSettings(await requireCollection(storage, settings.name), settings);
  }
}

/**
 * Returns the settings of a collection after checking that an existing one has the wanted settings.
 * @throws EMBEDDER_MISMATCH or SETTINGS_MISMATCH naming the setting that differs.
 */
export function sameSettings(
  existing: CollectionSettings | undefined,
  wanted: CollectionSettings,
): CollectionSettings {
  if (existing === undefined) return wanted;
  const name = existing.name;
  if (existing.embedder !== wanted.embedder || existing.dimensions !== wanted.dimensions) {
    throw new SragError(
      'EMBEDDER_MISMATCH',
      `Collection '${name}' was created with embedder '${existing.embedder}', not '${wanted.embedder}'.`,
      {
        remedy: existing.embedder.startsWith('precomputed:')
          ? 'Pass its precomputed vectors (--vectors DIR), or use another --collection.'
          : 'Omit --embedder, since the collection remembers its own, or use another --collection.',
        fields: { expected: existing.embedder, actual: wanted.embedder },
      },
    );
  }
  for (const key of ['metric', 'chunker', 'fields'] as const) {
    const [stored, given] = [canonical(existing[key]), canonical(wanted[key])];
    if (stored === given) continue;
    throw new SragError(
      'SETTINGS_MISMATCH',
      `Collection '${name}' was created with ${key} ${stored}, not ${given}.`,
      {
        remedy: 'Ingest into another --collection, or do not change that setting.',
        fields: { setting: key, expected: existing[key], actual: wanted[key] },
      },
    );
  }
  return existing;
}

const reservedName = (name: string): SragError =>
  new SragError(
    'INVALID_ARGUMENT',
    `'${name}' is the name of a folder that all collections of a location share.`,
    {
      remedy: 'Choose another name for the collection.',
      fields: { field: 'collection', value: name },
    },
  );

const canonical = (value: object | string): string =>
  typeof value === 'string'
    ? `'${value}'`
    : JSON.stringify(
        Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))),
      );
