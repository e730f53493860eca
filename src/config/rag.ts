import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Metadata, SragError, withoutUndefined } from '../core/index.ts';
import { readCollection } from '../corpus/index.ts';
import type { IngestReport } from '../corpus/ingest/index.ts';
import type { IndexManifest } from '../indexes/index.ts';
import { privateFolder } from '../io/temporary/index.ts';
import type { Turn } from '../models/generators/index.ts';
import type { Answer, AnswerOptions } from '../query/answering/index.ts';
import { askQuestion } from '../query/asking/index.ts';
import type { RetrievalRequest, RetrievalResult, Retriever } from '../query/retrieval/index.ts';
import type { OwnParts, Workspace } from './compose.ts';
import { type IngestIntoOptions, ingestFiles, ingestInto } from './ingest-into.ts';
import { openWorkspace } from './open-workspace.ts';
import { publishCorpus } from './publish-corpus.ts';
import type { ConfigInput } from './schema.ts';

type PartName = keyof OwnParts;
const PARTS: readonly string[] = ['embedder', 'generator', 'reranker'] satisfies PartName[];

/**
 * Options of {@link createRag}: every configuration key. Wherever the configuration names an adapter, you can pass your own object.
 */
export interface RagOptions extends Omit<ConfigInput, PartName> {
  /** Name of an adapter, or your own object. */
  readonly embedder?: ConfigInput['embedder'] | OwnParts['embedder'];
  readonly generator?: ConfigInput['generator'] | OwnParts['generator'];
  readonly reranker?: ConfigInput['reranker'] | OwnParts['reranker'];
}

/** A document in memory. */
export interface RagDocument {
  /** Unique in the collection; a document with the same id replaces the stored one. */
  readonly id: string;
  readonly title?: string;
  readonly text: string;
  readonly metadata?: Metadata;
}

/** Options of {@link Rag.search}. */
export type RagSearchOptions = Omit<RetrievalRequest, 'question'>;

/** Options of {@link Rag.ask}. */
export interface RagAskOptions extends RagSearchOptions, Partial<Omit<AnswerOptions, 'signal'>> {
  /** Earlier turns of the conversation, oldest first, so that the question may refer to them. */
  readonly history?: readonly Turn[];
}

/** An answer with the hits that it is based on. */
export interface RagAnswer extends Answer, Pick<RetrievalResult, 'hits' | 'trace'> {}

/**
 * Opens a collection for ingest, search and answers. Precedence of settings: `options`, configuration file,
 * environment variables, defaults. Close it when done.
 * @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG, and the errors of the storage.
 */
export async function createRag(options: RagOptions = {}, cwd: string = process.cwd()): Promise<Rag> {
  const settings: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    const isOwnPart = PARTS.includes(key) && typeof value === 'object';
    (isOwnPart ? own : settings)[key] = value;
  }
  return new Rag(await openWorkspace(settings, cwd, own));
}

/** A collection that can be filled, searched and asked questions. Created by {@link createRag}. */
export class Rag {
  /** The underlying workspace, for operations that this class does not offer. */
  readonly workspace: Workspace;
  #opened: Promise<Retriever> | undefined;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
  }

  /**
   * Ingests files and folders, or documents in memory, and publishes an index of the corpus. The index has
   * the same kind as the published version; the first one is a `snapshot`. Removes documents whose files no
   * longer exist; documents in memory are kept until they are replaced.
   */
  async ingest(
    sources: readonly string[] | readonly RagDocument[],
    options: Pick<IngestIntoOptions, 'onProgress' | 'signal' | 'prune'> = {},
  ): Promise<{ readonly report: IngestReport; readonly index: IndexManifest }> {
    const paths = sources.filter((source) => typeof source === 'string');
    const documents = sources.filter((source) => typeof source !== 'string');
    if (paths.length > 0 && documents.length > 0)
      throw new SragError('INVALID_ARGUMENT', 'The sources mix paths and documents.', {
        remedy: 'Call ingest once for paths and once for documents.',
      });
    const { report } =
      paths.length > 0
        ? await ingestInto(this.workspace, paths, options)
        : await this.#ingestDocuments(documents, options);
    const { manifest } = await publishCorpus(this.workspace, { signal: options.signal });
    this.#opened = undefined;
    return { report, index: manifest };
  }

  /** Finds chunks. @throws NO_INDEX before the first ingest */
  async search(question: string, options: RagSearchOptions = {}): Promise<RetrievalResult> {
    const { mode } = this.workspace.config;
    return (await this.#retriever()).retrieve({ mode, ...withoutUndefined(options), question });
  }

  /**
   * Answers from the collection, with checked citations. `onChecked` receives checked pieces of the answer as
   * it is generated.
   */
  async ask(question: string, options: RagAskOptions = {}): Promise<RagAnswer> {
    const { history, ...given } = withoutUndefined(options);
    const { topK, rewrite, ...defaults } = this.workspace.config.answer;
    const { answer, found } = await askQuestion(
      {
        generator: await this.workspace.generator(),
        rewrite,
        search: ({ question: searched, keywords }) => this.search(searched, { topK, keywords, ...given }),
      },
      { question, history },
      { ...defaults, ...given },
    );
    return { ...answer, hits: found.hits, trace: found.trace };
  }

  /**
   * Like {@link ask}, but yields the checked pieces of the answer, and returns the complete answer. Leaving
   * the loop early cancels the request.
   */
  async *askStream(question: string, options: RagAskOptions = {}): AsyncGenerator<string, RagAnswer, void> {
    const cancel = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, cancel.signal]) : cancel.signal;
    const pieces = new TransformStream<string, string>();
    const writer = pieces.writable.getWriter();
    const answer = this.ask(question, { ...options, signal, onChecked: (piece) => writer.write(piece) });
    answer
      .then(
        () => writer.close(),
        (error: unknown) => writer.abort(error),
      )
      .catch(() => {});
    try {
      for await (const piece of pieces.readable) yield piece;
      return await answer;
    } finally {
      cancel.abort();
      await answer.catch(() => {});
    }
  }

  close(): Promise<void> {
    return this.workspace.close();
  }

  #retriever(): Promise<Retriever> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #open(): Promise<Retriever> {
    const { workspace } = this;
    const settings = await workspace.collection();
    const manifest = await workspace.catalogue(settings.name).find(workspace.config.index);
    return workspace.retriever(settings, manifest, { needsEmbedder: workspace.config.mode !== 'lexical' });
  }

  /**
   * Writes the documents as a dataset file, since loaders read only files, to a folder that no other user can
   * read.
   */
  async #ingestDocuments(documents: readonly RagDocument[], options: IngestIntoOptions) {
    const { fieldMap, collection } = this.workspace.config;
    const lines = documents.map(({ id, title, text, metadata }) =>
      JSON.stringify({
        [fieldMap.id]: id,
        [fieldMap.title]: title,
        [fieldMap.text]: text,
        [fieldMap.metadata]: metadata,
      }),
    );
    const folder = await privateFolder('documents');
    try {
      const path = join(folder, 'documents.jsonl');
      await writeFile(path, lines.join('\n'), { mode: 0o600 });
      const { size: sizeBytes, mtimeMs: modifiedMs } = await stat(path);
      const files = [{ path, source: 'memory', sizeBytes, modifiedMs }];
      const existing = await readCollection(this.workspace.storage, collection);
      const listing = { files, failures: [], roots: [] };
      return await ingestFiles(this.workspace, listing, existing, { ...options, prune: false });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
