import { randomUUID } from 'node:crypto';
import { type CollectionSettings, collectionPrefix } from '../core/index.ts';
import type { KeptVectors } from '../corpus/ingest/index.ts';
import type { ObjectStorage } from '../io/storage/index.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

interface Header {
  readonly embedder: string;
  readonly hashes: readonly string[];
}

/**
 * Stores checkpoints of partially embedded documents as objects below `embedded/` in the collection. Each
 * object contains a JSON line, followed by little-endian float32 numbers. Checkpoints that are damaged or
 * belong to another embedder are ignored.
 */
export function vectorCheckpoint(
  storage: Pick<ObjectStorage, 'list' | 'read' | 'write' | 'delete'>,
  { name, embedder, dimensions }: CollectionSettings,
): KeptVectors {
  const prefix = `${collectionPrefix(name)}embedded/`;
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of storage.list(prefix)) found.push(key);
    return found;
  };
  return {
    async read() {
      const vectors = new Map<string, Float32Array>();
      for (const key of await keys()) {
        const { bytes } = await storage.read(key);
        for (const [hash, vector] of vectorsIn(bytes, embedder, dimensions)) vectors.set(hash, vector);
      }
      return vectors;
    },
    async keep(vectors) {
      const header: Header = { embedder, hashes: [...vectors.keys()] };
      const parts = [Buffer.from(`${JSON.stringify(header)}\n`), ...[...vectors.values()].map(bytesOf)];
      await storage.write(`${prefix}${randomUUID()}`, Buffer.concat(parts));
    },
    async clear() {
      const found = await keys();
      if (found.length > 0) await storage.delete(found);
    },
  };
}

const bytesOf = (vector: Float32Array): Uint8Array =>
  new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

function vectorsIn(bytes: Uint8Array, embedder: string, dimensions: number): Map<string, Float32Array> {
  const end = bytes.indexOf(10);
  // Copied, because Float32Array needs aligned bytes.
  const numbers = new Uint8Array(bytes.subarray(end + 1));
  let header: Header;
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString()) as Header;
  } catch {
    return new Map();
  }
  const { hashes } = header;
  const isWhole = Array.isArray(hashes) && numbers.length === hashes.length * dimensions * FLOAT_BYTES;
  if (header.embedder !== embedder || !isWhole) return new Map();
  const all = new Float32Array(numbers.buffer);
  return new Map(hashes.map((hash, row) => [hash, all.slice(row * dimensions, (row + 1) * dimensions)]));
}
