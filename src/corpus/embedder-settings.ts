import { z } from 'zod';
import {
  type CollectionSettings,
  collectionPrefix,
  isSecretName,
  redactSetting,
  SragError,
  undefinedIf,
} from '../core/index.ts';
import type { ObjectStorage } from '../io/storage/index.ts';

/** An embedder's settings by name. */
export type EmbedderSettings = Readonly<Record<string, unknown>>;

const FORMAT_VERSION = 1;

const fileSchema = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION),
  /** Id of the embedder that was created with these settings. */
  embedder: z.string(),
  settings: z.record(z.string(), z.unknown()),
});

const keyOf = (name: string): string => `${collectionPrefix(name)}embedder.json`;

/** Embedders whose settings are not stored: the id includes the settings, or they cannot embed a question. */
const WITHOUT_SETTINGS: readonly string[] = ['none', 'hashing', 'precomputed'];

/**
 * The embedder settings of a collection's last ingest, without secrets; empty if it had none, or if reading
 * them is denied. @throws DAMAGED_STORE
 */
export async function readEmbedderSettings(
  storage: Pick<ObjectStorage, 'read'>,
  { name, embedder }: Pick<CollectionSettings, 'name' | 'embedder'>,
): Promise<EmbedderSettings> {
  if (!hasSettings(embedder)) return {};
  const key = keyOf(name);
  const found = await storage.read(key).catch(undefinedIf('OBJECT_NOT_FOUND', 'ACCESS_DENIED'));
  if (found === undefined) return {};
  try {
    const file = fileSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
    // Ignore settings left behind by a deleted collection of the same name that had another embedder.
    return file.embedder === embedder ? file.settings : {};
  } catch (cause) {
    throw new SragError(
      'DAMAGED_STORE',
      `The embedder's settings of collection '${name}' cannot be read (${key}).`,
      {
        remedy: 'Delete that object, and run srag ingest again with --embedder and --embedder-settings.',
        fields: { key },
        cause,
      },
    );
  }
}

/** Stores the settings of a collection's embedder for later commands, except secrets. */
export async function rememberEmbedderSettings(
  storage: Pick<ObjectStorage, 'read' | 'write'>,
  collection: Pick<CollectionSettings, 'name' | 'embedder'>,
  settings: EmbedderSettings,
): Promise<void> {
  const { name, embedder } = collection;
  if (!hasSettings(embedder)) return;
  const kept = Object.fromEntries(Object.entries(settings).filter(([key, value]) => !isSecret(key, value)));
  const known = await readEmbedderSettings(storage, collection);
  if (JSON.stringify(known) === JSON.stringify(kept)) return;
  const file = { formatVersion: FORMAT_VERSION, embedder, settings: kept };
  await storage.write(keyOf(name), new TextEncoder().encode(`${JSON.stringify(file, null, 2)}\n`));
}

const hasSettings = (embedder: string): boolean =>
  !WITHOUT_SETTINGS.includes(embedder.split(':', 1)[0] ?? '');

/** Whether a setting is a secret, including URLs that contain a password. */
const isSecret = (key: string, value: unknown): boolean =>
  isSecretName(key) || JSON.stringify(redactSetting(value, key)) !== JSON.stringify(value);
