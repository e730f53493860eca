import { type CollectionSettings, SragError } from '../../core/index.ts';
import type { Embedder } from './port.ts';
import { createEmbedder } from './registry.ts';

/** What the configuration says about embedders. */
export interface EmbedderChoice {
  readonly embedder: string;
  readonly embedderSettings: Readonly<Record<string, unknown>>;
  /** Whether the embedder was chosen by the user, or is the default. */
  readonly isChosen: boolean;
}

/**
 * The embedder for a collection that exists: the configured one where one is, else the one the collection names;
 * undefined where nothing can embed a question.
 * @throws EMBEDDER_MISMATCH when the configured one is another.
 */
export async function embedderOf(
  collection: CollectionSettings,
  choice: EmbedderChoice,
): Promise<Embedder | undefined> {
  const name = collection.embedder.split(':', 1)[0] ?? 'none';
  if (choice.isChosen && choice.embedder !== name) throw mismatch(collection, choice.embedder);
  if (name === 'none') return undefined;
  const settings = { ...settingsFromId(collection), ...choice.embedderSettings };
  // The model that made ready-made vectors is not here: no question can be embedded.
  if (name === 'precomputed' && choice.embedderSettings.directory === undefined) return undefined;
  const embedder = await createEmbedder(name, settings);
  if (embedder === undefined) throw mismatch(collection, 'none');
  return matchingEmbedder(collection, embedder);
}

/** The embedder, if the collection's vectors are its own. @throws EMBEDDER_MISMATCH */
export function matchingEmbedder(collection: CollectionSettings, embedder: Embedder): Embedder {
  if (embedder.id !== collection.embedder) throw mismatch(collection, embedder.id);
  return embedder;
}

/** What an embedder's id tells of its settings: `name:model:dimensions`, or `name:dimensions`. */
function settingsFromId({ embedder, dimensions }: CollectionSettings): Record<string, unknown> {
  const [, ...parts] = embedder.split(':');
  const end = parts.lastIndexOf(String(dimensions));
  const model = parts.slice(0, end).join(':');
  return { dimensions, ...(model === '' ? {} : { model }) };
}

const nameOf = ({ embedder }: CollectionSettings): string => embedder.split(':', 1)[0] ?? embedder;

const mismatch = (collection: CollectionSettings, actual: string): SragError =>
  new SragError(
    'EMBEDDER_MISMATCH',
    `Collection '${collection.name}' was made with embedder '${collection.embedder}', not '${actual}'.`,
    {
      remedy: `Leave --embedder and --embedder-settings out, since the collection remembers its own (--embedder ${nameOf(collection)}); or use another --collection.`,
      fields: { expected: collection.embedder, actual },
    },
  );
