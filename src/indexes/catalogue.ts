import { randomUUID } from 'node:crypto';
import { collectionPrefix, SragError, unknownName } from '../core/index.ts';
import type { CorpusStore } from '../corpus/index.ts';
import type { ObjectStorage, StoragePlace } from '../io/storage/index.ts';
import { type PublishedPointer, type PublishedVersion, versionPrefix } from './pointer.ts';
import type { IndexBackend, IndexManifest, IndexParameters, RecallReport, Searcher } from './port.ts';
import { publishVersion, readPublished, rollBack } from './publish.ts';
import { INDEX_KINDS, indexBackend } from './registry.ts';
import type { SigningKeySource } from './signing-key.ts';
import {
  deleteVersion,
  listAbandoned,
  listVersions,
  newVersionId,
  readManifest,
  replaceManifest,
  writeManifest,
} from './versions.ts';

export interface BuildRequest {
  readonly kind: string;
  readonly buildParameters?: IndexParameters;
  readonly queryParameters?: IndexParameters;
  readonly onProgress?: (progress: { stage: string; done: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

/** The index versions of one collection: building, finding, opening, publishing. */
export class IndexCatalogue {
  readonly #storage: ObjectStorage;
  readonly #place: StoragePlace;
  readonly #prefix: string;
  readonly #collection: string;
  readonly #signing: SigningKeySource | undefined;

  /** With `signing`, versions and the pointer are signed with that key, and others are neither opened nor believed. */
  constructor(
    storage: ObjectStorage,
    place: StoragePlace,
    collection: string,
    signing?: SigningKeySource | undefined,
  ) {
    this.#storage = storage;
    this.#place = place;
    this.#collection = collection;
    this.#signing = signing;
    this.#prefix = collectionPrefix(collection);
  }

  /** Builds a version and makes it known; it is not published. A failed build leaves nothing behind. */
  async build(corpus: CorpusStore, request: BuildRequest): Promise<IndexManifest> {
    const backend = await this.#backend(request.kind);
    const version = newVersionId();
    try {
      const built = await backend.build({
        corpus,
        storage: this.#storage,
        place: this.#place,
        prefix: versionPrefix(this.#prefix, version),
        version,
        buildParameters: request.buildParameters ?? {},
        queryParameters: request.queryParameters ?? {},
        signing: this.#signing,
        ...(request.onProgress && { onProgress: request.onProgress }),
        ...(request.signal && { signal: request.signal }),
      });
      const manifest = { ...built, createdAt: await this.#createdAt(built.createdAt) };
      await writeManifest(this.#storage, this.#prefix, manifest);
      return manifest;
    } catch (error) {
      // What was thrown first is what the caller must see, not a failure of the clean-up.
      await deleteVersion(this.#storage, this.#prefix, version).catch(() => {});
      throw error;
    }
  }

  /** All versions, oldest first. */
  list(): Promise<IndexManifest[]> {
    return listVersions(this.#storage, this.#prefix);
  }

  /** What is published, or undefined. @throws INDEX_SIGNATURE_MISSING, INDEX_SIGNATURE_INVALID where versions are signed. */
  async published(): Promise<PublishedPointer | undefined> {
    return (await readPublished(this.#storage, this.#prefix, this.#signing))?.pointer;
  }

  /** What the pointer says, whoever wrote it: to be shown, or left alone. */
  async pointer(): Promise<PublishedPointer | undefined> {
    return (await readPublished(this.#storage, this.#prefix))?.pointer;
  }

  /**
   * The version that `KIND`, `KIND@VERSION` or nothing (the published one) names. A kind alone is its published
   * version, else its newest.
   * @throws NO_INDEX, UNKNOWN_INDEX_KIND, UNKNOWN_INDEX_VERSION
   */
  async find(selector?: string): Promise<IndexManifest> {
    const [kind, version] = selector?.split('@', 2) ?? [];
    if (kind !== undefined && !INDEX_KINDS.some((known) => known === kind)) {
      throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
    }
    if (version !== undefined) {
      const manifest = await readManifest(this.#storage, this.#prefix, version);
      if (manifest.kind === kind) return manifest;
      throw unknownName(
        'UNKNOWN_INDEX_VERSION',
        `version of ${kind}`,
        version,
        await this.#versionsOf(kind ?? ''),
      );
    }
    const published = await this.published();
    if (published !== undefined && (kind === undefined || published.kind === kind)) {
      return readManifest(this.#storage, this.#prefix, published.version);
    }
    const newest =
      kind === undefined ? undefined : (await this.list()).findLast((manifest) => manifest.kind === kind);
    if (newest !== undefined) return newest;
    const wanted = kind ?? 'snapshot';
    throw new SragError(
      'NO_INDEX',
      kind === undefined
        ? `Collection '${this.#collection}' has no published index.`
        : `Collection '${this.#collection}' has no index of kind '${kind}'.`,
      {
        remedy: `Build one: srag index build ${wanted} --collection ${this.#collection}`,
        fields: { collection: this.#collection, ...(kind === undefined ? {} : { kind }) },
      },
    );
  }

  /** Opens a version. */
  async open(manifest: IndexManifest, signal?: AbortSignal): Promise<Searcher> {
    const backend = await this.#backend(manifest.kind);
    const prefix = versionPrefix(this.#prefix, manifest.version);
    return backend.open(manifest, {
      storage: this.#storage,
      place: this.#place,
      prefix,
      signing: this.#signing,
      ...(signal && { signal }),
    });
  }

  /** Publishes a version: one conditional write. @throws PUBLISH_CONFLICT, UNKNOWN_INDEX_VERSION */
  async publish(version: string): Promise<PublishedPointer> {
    const manifest = await readManifest(this.#storage, this.#prefix, version);
    const { kind } = manifest;
    // What is published must open for those who check signatures.
    if (this.#signing !== undefined) await (await this.open(manifest)).close();
    const opening = await this.#opening({ version, kind });
    const options = { writer: randomUUID(), opening, signing: this.#signing };
    const pointer = await publishVersion(this.#storage, this.#prefix, { version, kind }, options);
    return this.#published(pointer);
  }

  /** Publishes what was published before. @throws NO_INDEX, PUBLISH_CONFLICT */
  async rollBack(): Promise<PublishedPointer> {
    const openingOf = (version: PublishedVersion) => this.#opening(version);
    const options = { writer: randomUUID(), signing: this.#signing };
    return this.#published(await rollBack(this.#storage, this.#prefix, options, openingOf));
  }

  /** Keeps a validation with its version. */
  async record(manifest: IndexManifest, validation: RecallReport): Promise<IndexManifest> {
    const validated = { ...manifest, validation };
    await replaceManifest(this.#storage, this.#prefix, validated);
    return validated;
  }

  /**
   * Deletes all but the newest `keep` versions, and what killed builds have left behind; the published version and
   * the one before it always stay.
   */
  async collectGarbage(keep: number): Promise<readonly string[]> {
    const pointer = await this.pointer();
    const kept = new Set([pointer?.version, pointer?.previous?.version]);
    const versions = await this.list();
    const doomed = versions
      .slice(0, Math.max(0, versions.length - keep))
      .filter(({ version }) => !kept.has(version));
    const abandoned = await listAbandoned(this.#storage, this.#prefix);
    const deleted = [...doomed.map(({ version }) => version), ...abandoned];
    for (const version of deleted) await deleteVersion(this.#storage, this.#prefix, version);
    return deleted;
  }

  /** Versions are ordered by this time: one that is built after the clock was set back must still be the newest. */
  async #createdAt(now: string): Promise<string> {
    const newest = (await this.list().catch(() => [])).at(-1);
    const newestMs = Date.parse(newest?.createdAt ?? '');
    return newestMs >= Date.parse(now) ? new Date(newestMs + 1).toISOString() : now;
  }

  /** What the kind does for a version that is published now. */
  async #published(pointer: PublishedPointer): Promise<PublishedPointer> {
    const { afterPublish } = await indexBackend(pointer.kind);
    const prefix = versionPrefix(this.#prefix, pointer.version);
    // It is published, whatever becomes of this: a failure here must not look like a failed publication.
    await afterPublish?.(this.#storage, this.#prefix, prefix, pointer).catch(() => {});
    return pointer;
  }

  /** What the kind puts into the pointer, in base64. */
  async #opening({ version, kind }: PublishedVersion): Promise<string | undefined> {
    const backend = await indexBackend(kind);
    const bytes = await backend.opening?.(this.#storage, versionPrefix(this.#prefix, version));
    return bytes && Buffer.from(bytes).toString('base64');
  }

  /** The backend of a kind, which can sign where versions are signed. @throws UNKNOWN_INDEX_KIND, UNSUPPORTED */
  async #backend(kind: string): Promise<IndexBackend> {
    const backend = await indexBackend(kind);
    if (this.#signing === undefined || backend.capabilities.signatures) return backend;
    throw new SragError(
      'UNSUPPORTED',
      `Versions of ${kind} cannot be signed, and a signing key is configured.`,
      {
        remedy: 'Build a snapshot, or leave the signing key out.',
        fields: { kind },
      },
    );
  }

  async #versionsOf(kind: string): Promise<string[]> {
    return (await this.list()).filter((manifest) => manifest.kind === kind).map(({ version }) => version);
  }
}
