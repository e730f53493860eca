import { z } from 'zod';
import {
  type CollectionSettings,
  collectionPrefix,
  isSecretName,
  redactSetting,
  SragError,
} from '../core/index.ts';
import type { ObjectStorage } from '../io/storage/index.ts';

/** Settings of an embedder by name. */
export type EmbedderSettings = Readonly<Record<string, unknown>>;

const FORMAT_VERSION = 1;

const fileSchema = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION),
  /** Id of the embedder that these settings made. */
  embedder: z.string(),
  settings: z.record(z.string(), z.unknown()),
});

const keyOf = (name: string): string => `${collectionPrefix(name)}embedder.json`;

/** Embedders whose id tells all their settings, or that cannot embed a question. */
const WITHOUT_SETTINGS: readonly string[] = ['none', 'hashing', 'precomputed'];

/**
 * The settings that the last ingest of a collection gave its embedder, without secrets; none where it gave none, or
 * where they may not be read. @throws DAMAGED_STORE
 */
export async function readEmbedderSettings(
  storage: Pick<ObjectStorage, 'read'>,
  { name, embedder }: Pick<CollectionSettings, 'name' | 'embedder'>,
): Promise<EmbedderSettings> {
  if (!hasSettings(embedder)) return {};
  const key = keyOf(name);
  let bytes: Uint8Array;
  try {
    bytes = (await storage.read(key)).bytes;
  } catch (error) {
    if (error instanceof SragError && ['OBJECT_NOT_FOUND', 'ACCESS_DENIED'].includes(error.code)) return {};
    throw error;
  }
  try {
    const file = fileSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    // Those of a collection that was deleted and made anew with another embedder say nothing about this one.
    return file.embedder === embedder ? file.settings : {};
  } catch (cause) {
    throw new SragError(
      'DAMAGED_STORE',
      `The embedder's settings of collection '${name}' cannot be read (${key}).`,
      {
        remedy: 'Delete that object and give --embedder and --embedder-settings once more, with srag ingest.',
        fields: { key },
        cause,
      },
    );
  }
}

/** Keeps the settings of a collection's embedder for later commands, but for those that are or hold secrets. */
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

/** Also an address with a password in it. */
const isSecret = (key: string, value: unknown): boolean =>
  isSecretName(key) || JSON.stringify(redactSetting(value, key)) !== JSON.stringify(value);
