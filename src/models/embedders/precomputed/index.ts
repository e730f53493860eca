import { z } from 'zod';
import { type Metric, SragError } from '../../../core/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import type { Embedder, Embeddings, EmbedOptions } from '../port.ts';
import { checkTexts } from '../texts.ts';
import { openVectorFolder } from './vector-folder.ts';

export const settingsSchema = z
  .strictObject({
    /** Folder with the vectors of a dataset. Without it, nothing can be embedded. */
    directory: z.string().min(1).optional(),
    /** Length of the vectors; must equal that of the folder's vectors if both are set. */
    dimensions: z.int().min(1).optional(),
    /** False keeps the lengths of the vectors, for collections with metric `dot`. */
    unitLength: z.boolean().default(true),
    /** Texts of queries by their id in `queries-ids.txt`, so that queries can also be looked up by text. */
    queryTexts: z.record(z.string(), z.string()).default({}),
  })
  .refine((settings) => settings.directory !== undefined || settings.dimensions !== undefined, {
    message: "set 'directory', or 'dimensions' to open the collection without embedding",
  });

/**
 * Precomputed vectors of a dataset. Document vectors are read with `openVectorFolder`; queries are looked up by id or
 * text. Any other text is rejected, because the model is not available.
 */
class PrecomputedEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly semantic = true;
  readonly batchSize = 1024;
  readonly #known: ReadonlyMap<string, Float32Array>;

  constructor(dimensions: number, known: ReadonlyMap<string, Float32Array>) {
    this.dimensions = dimensions;
    this.id = `precomputed:${dimensions}`;
    this.#known = known;
  }

  async embedDocuments(texts: readonly string[], options?: EmbedOptions): Promise<Embeddings> {
    checkTexts(texts, options);
    const vectors = new Float32Array(texts.length * this.dimensions);
    for (const [index, text] of texts.entries()) {
      const vector = this.#known.get(text);
      if (vector === undefined) throw this.#refusal(text);
      vectors.set(vector, index * this.dimensions);
    }
    return { vectors };
  }

  embedQuery(text: string, options?: EmbedOptions): Promise<Embeddings> {
    return this.embedDocuments([text], options);
  }

  #refusal(text: string): SragError {
    const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
    return new SragError(
      'UNSUPPORTED',
      `The collection's vectors are precomputed: no model is available to embed '${shown}'.`,
      {
        remedy: 'Search with --mode lexical, use a query of the dataset, or ingest again with an embedder.',
        fields: { embedder: this.id, knownQueries: this.#known.size },
      },
    );
  }
}

/** Vectors by text and by id; a text takes precedence over an equal id. */
async function readQueries(
  directory: string,
  queryTexts: Readonly<Record<string, string>>,
  metric: Metric,
): Promise<{ dimensions: number; known: Map<string, Float32Array> }> {
  const folder = await openVectorFolder(directory, metric);
  try {
    const { dimensions } = folder;
    const known = new Map<string, Float32Array>();
    const queries = await folder.queries();
    for (const [row, id] of (queries?.ids ?? []).entries()) {
      known.set(id, queries!.vectors.subarray(row * dimensions, (row + 1) * dimensions));
    }
    const byText = Object.entries(queryTexts).flatMap(([id, text]) => {
      const vector = known.get(id);
      return vector === undefined ? [] : [[text, vector] as const];
    });
    return { dimensions, known: new Map([...known, ...byText]) };
  } finally {
    await folder.close();
  }
}

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG, DIMENSION_MISMATCH, and the errors of `openVectorFolder`. */
export async function create(settings: unknown): Promise<Embedder> {
  const { directory, dimensions, queryTexts, unitLength } = parseSettings(
    settingsSchema,
    settings,
    "embedder 'precomputed'",
  );
  if (directory === undefined) return new PrecomputedEmbedder(dimensions!, new Map());
  const read = await readQueries(directory, queryTexts, unitLength ? 'cosine' : 'dot');
  if (dimensions !== undefined && dimensions !== read.dimensions) {
    throw new SragError(
      'DIMENSION_MISMATCH',
      `The vectors in ${directory} have ${read.dimensions} dimensions; ${dimensions} are configured.`,
      { remedy: "Omit 'dimensions', or use the folder that belongs to the collection." },
    );
  }
  return new PrecomputedEmbedder(read.dimensions, read.known);
}
