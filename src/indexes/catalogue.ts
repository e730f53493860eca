import { randomUUID } from 'node:crypto';
import { collectionPrefix, messageOf, parseIndexSelector, SragError, unknownName } from '../core/index.ts';
import type { CorpusStore } from '../corpus/index.ts';
import type { ObjectStorage, StoragePlace } from '../io/storage/index.ts';
import { deleteFromServers, deleteVersion, deleteVersions } from './delete-versions.ts';
import { type PublishedPointer, type PublishedVersion, versionPrefix } from './pointer.ts';
import type {
  IndexBackend,
  IndexManifest,
  IndexParameters,
  IndexServers,
  RecallReport,
  Searcher,
} from './port.ts';
import { publishVersion, readPublished, rollBack } from './publish.ts';
import { INDEX_KINDS, indexBackend } from './registry.ts';
import { checkSignable } from './server-version.ts';
import type { SigningKeySource } from './signing-key.ts';
import {
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

/** Options of an {@link IndexCatalogue}. */
export interface CatalogueOptions {
  /** Signs versions and the pointer; unsigned ones are rejected. */
  readonly signing?: SigningKeySource | undefined;
  readonly servers?: IndexServers | undefined;
  readonly warn?: ((message: string) => void) | undefined;
}

/** The index versions of one collection: builds, finds, opens and publishes them. */
export class IndexCatalogue {
  readonly #storage: ObjectStorage;
  readonly #place: StoragePlace;
  readonly #prefix: string;
  readonly #collection: string;
  readonly #options: CatalogueOptions;

  constructor(
    storage: ObjectStorage,
    place: StoragePlace,
    collection: string,
    options: CatalogueOptions = {},
  ) {
    this.#storage = storage;
    this.#place = place;
    this.#collection = collection;
    this.#options = options;
    this.#prefix = collectionPrefix(collection);
  }

  /** Builds and registers a version without publishing it. A failed build leaves nothing behind. */
  async build(corpus: CorpusStore, request: BuildRequest): Promise<IndexManifest> {
    const backend = await this.#backend(request.kind);
    const version = newVersionId();
    try {
      const built = await backend.build({
        ...this.#contextOf(version),
        corpus,
        version,
        buildParameters: request.buildParameters ?? {},
        queryParameters: request.queryParameters ?? {},
        onProgress: request.onProgress,
        signal: request.signal,
      });
      const manifest = { ...built, createdAt: await this.#createdAt(built.createdAt) };
      await writeManifest(this.#storage, this.#prefix, manifest);
      return manifest;
    } catch (error) {
      // Report the original error, not a failure of the clean-up.
      await deleteVersion(this.#deletion(), { version, kind: request.kind }).catch(() => {});
      throw error;
    }
  }

  /** All versions, oldest first. */
  list(): Promise<IndexManifest[]> {
    return listVersions(this.#storage, this.#prefix);
  }

  /** The published version, or undefined. @throws INDEX_SIGNATURE_MISSING, INDEX_SIGNATURE_INVALID if signing is on. */
  async published(): Promise<PublishedPointer | undefined> {
    return (await readPublished(this.#storage, this.#prefix, this.#options.signing))?.pointer;
  }

  /** The pointer with an unchecked signature. Use it only for display or to decide what must be kept. */
  async pointer(): Promise<PublishedPointer | undefined> {
    return (await readPublished(this.#storage, this.#prefix))?.pointer;
  }

  /**
   * Resolves a selector: `KIND@VERSION`, `KIND` (its published version, else its newest) or nothing (the published
   * version).
   * @throws NO_INDEX, UNKNOWN_INDEX_KIND, UNKNOWN_INDEX_VERSION
   */
  async find(selector?: string): Promise<IndexManifest> {
    const wanted = selector === undefined ? undefined : parseIndexSelector(selector);
    const kind = wanted?.kind;
    if (kind !== undefined && !INDEX_KINDS.some((known) => known === kind)) {
      throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
    }
    if (wanted?.version !== undefined) {
      const { version } = wanted;
      const manifest = await readManifest(this.#storage, this.#prefix, version);
      if (manifest.kind === kind) return manifest;
      throw unknownName(
        'UNKNOWN_INDEX_VERSION',
        `version of ${kind}`,
        version,
        await this.#versionsOf(wanted.kind),
      );
    }
    const published = await this.published();
    if (published !== undefined && (kind === undefined || published.kind === kind)) {
      return readManifest(this.#storage, this.#prefix, published.version);
    }
    const newest =
      kind === undefined ? undefined : (await this.list()).findLast((manifest) => manifest.kind === kind);
    if (newest !== undefined) return newest;
    throw new SragError(
      'NO_INDEX',
      kind === undefined
        ? `Collection '${this.#collection}' has no published index.`
        : `Collection '${this.#collection}' has no index of kind '${kind}'.`,
      {
        remedy: `Build one: srag index build ${kind ?? 'snapshot'} --collection ${this.#collection}`,
        fields: { collection: this.#collection, kind },
      },
    );
  }

  /** Opens a version. */
  async open(manifest: IndexManifest, signal?: AbortSignal): Promise<Searcher> {
    const backend = await this.#backend(manifest.kind);
    return backend.open(manifest, { ...this.#contextOf(manifest.version), signal });
  }

  /** Publishes a version with one conditional write. @throws PUBLISH_CONFLICT, UNKNOWN_INDEX_VERSION */
  async publish(version: string): Promise<PublishedPointer> {
    const manifest = await readManifest(this.#storage, this.#prefix, version);
    const { kind } = manifest;
    // Readers that check signatures must be able to open the published version.
    if (this.#options.signing !== undefined) await (await this.open(manifest)).close();
    const opening = await this.#opening({ version, kind });
    const options = { writer: randomUUID(), opening, signing: this.#options.signing };
    const pointer = await publishVersion(this.#storage, this.#prefix, { version, kind }, options);
    return this.#published(pointer);
  }

  /** Publishes the previously published version again. @throws NO_INDEX, PUBLISH_CONFLICT */
  async rollBack(): Promise<PublishedPointer> {
    const openingOf = (version: PublishedVersion) => this.#opening(version);
    const options = { writer: randomUUID(), signing: this.#options.signing };
    return this.#published(await rollBack(this.#storage, this.#prefix, options, openingOf));
  }

  /** Stores a validation report in the version's manifest. */
  async record(manifest: IndexManifest, validation: RecallReport): Promise<IndexManifest> {
    const validated = { ...manifest, validation };
    await replaceManifest(this.#storage, this.#prefix, validated);
    return validated;
  }

  /**
   * Deletes all but the newest `keep` versions, and the remains of killed builds. The published version and the one
   * before it are always kept.
   */
  async collectGarbage(keep: number): Promise<readonly string[]> {
    const pointer = await this.pointer();
    const kept = new Set([pointer?.version, pointer?.previous?.version]);
    const versions = await this.list();
    const outdated = versions
      .slice(0, Math.max(0, versions.length - keep))
      .filter(({ version }) => !kept.has(version));
    const abandoned = await listAbandoned(this.#storage, this.#prefix);
    const deleted = [...outdated, ...abandoned.map((version) => ({ version }))];
    await deleteVersions(this.#deletion(), deleted);
    return deleted.map(({ version }) => version);
  }

  /** Deletes what the versions of the collection have on servers, so that the collection can be deleted. */
  deleteFromServers(): Promise<void> {
    return deleteFromServers(this.#deletion());
  }

  #deletion() {
    return { ...this.#context(), collectionPrefix: this.#prefix };
  }

  #contextOf(version: string) {
    return { ...this.#context(), prefix: versionPrefix(this.#prefix, version) };
  }

  #context() {
    const { signing, servers } = this.#options;
    return { storage: this.#storage, place: this.#place, signing, servers };
  }

  /** Versions sort by this time, so it must exceed all earlier ones even if the clock was set back. */
  async #createdAt(now: string): Promise<string> {
    const newest = (await this.list().catch(() => [])).at(-1);
    const newestMs = Date.parse(newest?.createdAt ?? '');
    return newestMs >= Date.parse(now) ? new Date(newestMs + 1).toISOString() : now;
  }

  /** Runs the kind's best-effort work after a publication. */
  async #published(pointer: PublishedPointer): Promise<PublishedPointer> {
    const { afterPublish } = await indexBackend(pointer.kind);
    const prefix = versionPrefix(this.#prefix, pointer.version);
    // The version is published already: a failure here must not look like a failed publication.
    await afterPublish?.(this.#storage, this.#prefix, prefix, pointer).catch((error: unknown) =>
      this.#options.warn?.(
        `${pointer.kind}@${pointer.version} is published, but its copy for cold starts was not written: ${messageOf(error)}`,
      ),
    );
    return pointer;
  }

  /** Base64 data that the kind embeds in the pointer. */
  async #opening({ version, kind }: PublishedVersion): Promise<string | undefined> {
    const backend = await indexBackend(kind);
    const bytes = await backend.opening?.(this.#storage, versionPrefix(this.#prefix, version));
    return bytes && Buffer.from(bytes).toString('base64');
  }

  /** The backend of a kind; it must support signing if a key is configured. @throws UNKNOWN_INDEX_KIND, UNSUPPORTED */
  async #backend(kind: string): Promise<IndexBackend> {
    const backend = await indexBackend(kind);
    checkSignable(backend, this.#options.signing);
    return backend;
  }

  async #versionsOf(kind: string): Promise<string[]> {
    return (await this.list()).filter((manifest) => manifest.kind === kind).map(({ version }) => version);
  }
}
