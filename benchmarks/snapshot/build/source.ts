import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { openVectorFolder } from '../../../src/models/embedders/index.ts';

/** Source and target of an index build. */
export interface BuildJob {
  readonly kind: string;
  /** A new folder. */
  readonly folder: string;
  readonly corpusPath: string;
  readonly vectorsFolder: string;
  readonly rows: number;
  readonly dimensions: number;
}

/** Consecutive rows. */
export interface RowBatch {
  readonly firstRow: number;
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  /** Concatenated unit vectors. */
  readonly vectors: Float32Array;
}

const BATCH_ROWS = 4_096;

/** Reads the rows of a dataset with their vectors, in order. Keeps one batch in memory. */
export async function* rowBatches({ corpusPath, vectorsFolder }: BuildJob): AsyncGenerator<RowBatch> {
  const folder = await openVectorFolder(vectorsFolder);
  const file = createReadStream(corpusPath);
  const input = corpusPath.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  let [firstRow, ids, texts]: [number, string[], string[]] = [0, [], []];
  const batch = async (): Promise<RowBatch> => {
    const made = { firstRow, ids, texts, vectors: await folder.corpusRows(firstRow, firstRow + ids.length) };
    [firstRow, ids, texts] = [firstRow + ids.length, [], []];
    return made;
  };
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const { _id, text } = JSON.parse(line) as { _id: string; text: string };
    ids.push(_id);
    texts.push(text);
    if (ids.length === BATCH_ROWS) yield await batch();
  }
  if (ids.length > 0) yield await batch();
  await folder.close();
}
