import { z } from 'zod';
import { type CollectionSettings, METRICS, SragError, undefinedIf, unknownName } from '../core/index.ts';
import type { ObjectStorage } from '../io/storage/index.ts';
import { VERSION, versionPrefix } from './pointer.ts';
import type { IndexManifest } from './port.ts';

const FOLDER = 'indexes/';
const FILE = 'manifest.json';
/** Maximum concurrent manifest reads when versions are listed. */
const CONCURRENT_READS = 16;

const numbers = z.record(z.string(), z.number());
const manifestSchema = z.object({
  formatVersion: z.literal(1),
  version: z.string().regex(VERSION),
  kind: z.string().min(1),
  collection: z.looseObject({
    formatVersion: z.literal(1),
    name: z.string(),
    embedder: z.string(),
    dimensions: z.int().min(0),
    metric: z.enum(METRICS),
    chunker: z.looseObject({ version: z.int(), maxTokens: z.int(), overlapTokens: z.int() }),
    fields: z.record(z.string(), z.enum(['string', 'number', 'boolean', 'string[]'])),
  }),
  corpusVersion: z.number(),
  createdAt: z.string(),
  chunks: z.int().min(0),
  buildParameters: numbers,
  queryParameters: numbers,
  build: z.object({ durationMs: z.number(), sizeBytes: z.number().optional() }),
  validation: z
    .object({ queries: z.int(), topK: z.int(), recall: z.number(), worst: z.number(), minRecall: z.number() })
    .optional(),
});

/** Id of a new version: creation time (UTC, seconds) and four random hex digits. Ids sort by time. */
export function newVersionId(now: () => number = Date.now, random: () => number = Math.random): string {
  const time = new Date(now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const suffix = Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${time}-${suffix}`;
}

/** Registers a built version whose objects are already written. @throws CONDITION_FAILED if the id is taken. */
export async function writeManifest(
  storage: ObjectStorage,
  collectionPrefix: string,
  manifest: IndexManifest,
): Promise<void> {
  const key = versionPrefix(collectionPrefix, manifest.version) + FILE;
  await storage.write(key, encodeJson(manifest), { ifNoneMatch: '*' });
}

/** Replaces an existing manifest with a changed one, for example after a validation. */
export async function replaceManifest(
  storage: ObjectStorage,
  collectionPrefix: string,
  manifest: IndexManifest,
): Promise<void> {
  const key = versionPrefix(collectionPrefix, manifest.version) + FILE;
  const { etag } = await storage.read(key);
  await storage.write(key, encodeJson(manifest), { ifMatch: etag });
}

/** Reads a manifest. @throws UNKNOWN_INDEX_VERSION with the nearest version, DAMAGED_STORE. */
export async function readManifest(
  storage: ObjectStorage,
  collectionPrefix: string,
  version: string,
): Promise<IndexManifest> {
  const manifest = await findManifest(storage, collectionPrefix, version);
  if (manifest !== undefined) return manifest;
  const known = await versionIds(storage, collectionPrefix);
  throw unknownName('UNKNOWN_INDEX_VERSION', 'index version', version, known);
}

/** Reads a manifest; undefined if there is no such version. @throws DAMAGED_STORE */
export async function findManifest(
  storage: Pick<ObjectStorage, 'read'>,
  collectionPrefix: string,
  version: string,
): Promise<IndexManifest | undefined> {
  if (!VERSION.test(version)) return undefined;
  const key = versionPrefix(collectionPrefix, version) + FILE;
  const bytes = await readIfThere(storage, key);
  return bytes && parseManifest(bytes, key);
}

/** Manifests of all versions, oldest first. Versions deleted meanwhile are skipped. @throws DAMAGED_STORE */
export async function listVersions(
  storage: ObjectStorage,
  collectionPrefix: string,
): Promise<IndexManifest[]> {
  const ids = await versionIds(storage, collectionPrefix);
  const manifests: IndexManifest[] = [];
  for (let start = 0; start < ids.length; start += CONCURRENT_READS) {
    const keys = ids
      .slice(start, start + CONCURRENT_READS)
      .map((id) => versionPrefix(collectionPrefix, id) + FILE);
    const found = await Promise.all(
      keys.map(async (key) => ({ key, bytes: await readIfThere(storage, key) })),
    );
    for (const { key, bytes } of found) if (bytes !== undefined) manifests.push(parseManifest(bytes, key));
  }
  return manifests.sort((left, right) =>
    `${left.createdAt} ${left.version}` < `${right.createdAt} ${right.version}` ? -1 : 1,
  );
}

/** Deletes a version's manifest, so that it is no longer listed. The caller must check that it is not published. */
export const deleteManifest = (
  storage: ObjectStorage,
  collectionPrefix: string,
  version: string,
): Promise<void> => storage.delete([versionPrefix(collectionPrefix, version) + FILE]);

/** Deletes all objects of a version. */
export async function deleteObjects(
  storage: ObjectStorage,
  collectionPrefix: string,
  version: string,
): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of storage.list(versionPrefix(collectionPrefix, version))) keys.push(key);
  await storage.delete(keys);
}

/** Maximum age at which a version without a manifest is assumed to be still in the process of being built. */
const BUILDING_MS = 24 * 60 * 60 * 1_000;

/** Versions left behind by killed builds: they have no manifest and were started more than a day ago. */
export async function listAbandoned(
  storage: ObjectStorage,
  collectionPrefix: string,
  now: () => number = Date.now,
): Promise<string[]> {
  const latest = newVersionId(
    () => now() - BUILDING_MS,
    () => 0,
  );
  const versions = await storedVersions(storage, collectionPrefix);
  // An id begins with its creation time, so ids sort by time.
  return [...versions].flatMap(([id, isFinished]) => (!isFinished && id < latest ? [id] : []));
}

/** Ids of all versions, complete or not. */
export const allVersionIds = async (storage: ObjectStorage, collectionPrefix: string): Promise<string[]> => [
  ...(await storedVersions(storage, collectionPrefix)).keys(),
];

/** Ids of the versions that have a manifest. */
async function versionIds(storage: ObjectStorage, collectionPrefix: string): Promise<string[]> {
  const versions = await storedVersions(storage, collectionPrefix);
  return [...versions].flatMap(([id, isFinished]) => (isFinished ? [id] : []));
}

/** For the id of each version that has objects: whether the version has a manifest. */
async function storedVersions(
  storage: ObjectStorage,
  collectionPrefix: string,
): Promise<ReadonlyMap<string, boolean>> {
  const prefix = collectionPrefix + FOLDER;
  const found = new Map<string, boolean>();
  for await (const { key } of storage.list(prefix)) {
    const [id = '', ...file] = key.slice(prefix.length).split('/');
    if (file.length > 0 && VERSION.test(id)) found.set(id, found.get(id) === true || file.join('/') === FILE);
  }
  return found;
}

function parseManifest(bytes: Uint8Array, key: string): IndexManifest {
  const { collection, build, validation, ...rest } = decodeJson(manifestSchema, bytes, key);
  return { ...rest, collection: collection as CollectionSettings, build, validation };
}

/** Bytes of an object, or undefined if it does not exist. */
const readIfThere = async (
  storage: Pick<ObjectStorage, 'read'>,
  key: string,
): Promise<Uint8Array | undefined> => (await storage.read(key).catch(undefinedIf('OBJECT_NOT_FOUND')))?.bytes;

/** Encodes a value as human-readable JSON. */
export const encodeJson = (value: object): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);

/** Parses and validates an object's JSON. @throws DAMAGED_STORE naming the object and the field. */
export function decodeJson<T>(schema: z.ZodType<T>, bytes: Uint8Array, key: string): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    const where =
      cause instanceof z.ZodError
        ? ` at ${cause.issues.map(({ path }) => path.join('.')).join(', ') || 'the top level'}`
        : '';
    throw new SragError('DAMAGED_STORE', `'${key}' cannot be read: it is damaged${where}.`, {
      remedy: 'Restore that object from a copy, or delete it and build and publish the index again.',
      fields: { key },
      cause,
    });
  }
}
