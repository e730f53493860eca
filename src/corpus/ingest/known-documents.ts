import type { CorpusStore } from '../index.ts';

interface KnownDocument {
  readonly contentHash: string;
  readonly fileHash: string;
  readonly source: string;
}

/** Documents in the corpus when the ingest began, and those that the ingest has seen. */
export class KnownDocuments {
  readonly #byId: ReadonlyMap<string, KnownDocument>;
  readonly #seen = new Set<string>();
  /**
   * Files and folders that failed, partly or completely. Their documents may still exist even if not seen.
   */
  readonly #uncertain = new Set<string>();

  private constructor(byId: ReadonlyMap<string, KnownDocument>) {
    this.#byId = byId;
  }

  static async read(corpus: CorpusStore): Promise<KnownDocuments> {
    const byId = new Map<string, KnownDocument>();
    for await (const batch of corpus.documents()) {
      for (const { id, contentHash, fileHash, source } of batch)
        byId.set(id, { contentHash, fileHash, source });
    }
    return new KnownDocuments(byId);
  }

  get(id: string): KnownDocument | undefined {
    return this.#byId.get(id);
  }

  /** Content hashes by id of the documents of a source. */
  contentHashes(source: string): ReadonlyMap<string, string> {
    const hashes = new Map<string, string>();
    for (const [id, known] of this.#byId) if (known.source === source) hashes.set(id, known.contentHash);
    return hashes;
  }

  /** Marks the document as seen. Returns false if this ingest has already seen the id. */
  see(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    return true;
  }

  keepUnseenOf(source: string): void {
    this.#uncertain.add(source);
  }

  /** Documents of the roots (files, or folders ending in `/`) that this ingest has not seen. */
  vanished(roots: readonly string[]): string[] {
    const isUnder = (source: string): boolean =>
      roots.some(
        (root) =>
          source === root ||
          (root.endsWith('/') && source.startsWith(root)) ||
          (root === './' && !source.startsWith('/')),
      );
    return [...this.#byId]
      .filter(([id, { source }]) => !this.#seen.has(id) && isUnder(source) && !this.#isUncertain(source))
      .map(([id]) => id);
  }

  /** Whether the source, or a folder that contains it, failed. */
  #isUncertain(source: string): boolean {
    if (this.#uncertain.size === 0) return false;
    if (this.#uncertain.has('.') && !source.startsWith('/')) return true;
    for (let end = source.length; end > 0; end = source.lastIndexOf('/', end - 1)) {
      if (this.#uncertain.has(source.slice(0, end))) return true;
    }
    return this.#uncertain.has('/');
  }
}
