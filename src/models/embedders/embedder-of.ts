import { type CollectionSettings, SragError } from '../../core/index.ts';
import type { Embedder } from './port.ts';
import { createEmbedder } from './registry.ts';

/** Embedder settings of the configuration. */
export interface EmbedderChoice {
  readonly embedder: string;
  readonly embedderSettings: Readonly<Record<string, unknown>>;
  /** Whether the user chose the embedder; false for the default. */
  readonly isChosen: boolean;
}

/**
 * The embedder for an existing collection: the configured one, otherwise the one that the collection names;
 * undefined if questions cannot be embedded.
 * @throws EMBEDDER_MISMATCH if the configured embedder is not the one that the collection names.
 */
export async function embedderOf(
  collection: CollectionSettings,
  choice: EmbedderChoice,
): Promise<Embedder | undefined> {
  const name = collection.embedder.split(':', 1)[0] ?? 'none';
  if (choice.isChosen && choice.embedder !== name) throw mismatch(collection, choice.embedder);
  if (name === 'none') return undefined;
  const settings = { ...settingsFromId(collection), ...choice.embedderSettings };
  // The model of precomputed vectors is not available, so questions cannot be embedded.
  if (name === 'precomputed' && choice.embedderSettings.directory === undefined) return undefined;
  const embedder = await createEmbedder(name, settings);
  if (embedder === undefined) throw mismatch(collection, 'none');
  return matchingEmbedder(collection, embedder);
}

/** Returns the embedder. @throws EMBEDDER_MISMATCH if it did not create the collection's vectors */
export function matchingEmbedder(collection: CollectionSettings, embedder: Embedder): Embedder {
  if (embedder.id !== collection.embedder) throw mismatch(collection, embedder.id);
  return embedder;
}

/** Settings from an embedder's id: `name:model:dimensions`, or `name:dimensions`. */
function settingsFromId({ embedder, dimensions }: CollectionSettings): Record<string, unknown> {
  const [, ...parts] = embedder.split(':');
  const end = parts.lastIndexOf(String(dimensions));
  const model = parts.slice(0, end).join(':');
  return { dimensions, model: model || undefined };
}

const nameOf = ({ embedder }: CollectionSettings): string => embedder.split(':', 1)[0] ?? embedder;

const mismatch = (collection: CollectionSettings, actual: string): SragError =>
  new SragError(
    'EMBEDDER_MISMATCH',
    `Collection '${collection.name}' was created with embedder '${collection.embedder}', not '${actual}'.`,
    {
      remedy: `Omit --embedder and --embedder-settings, because the collection remembers its own (--embedder ${nameOf(collection)}); or use another --collection.`,
      fields: { expected: collection.embedder, actual },
    },
  );
