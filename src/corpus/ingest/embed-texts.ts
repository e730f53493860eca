import { SragError, throwIfAborted } from '../../core/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';

/** The vector of a text, or the error of embedding it. */
export type EmbeddedText = Float32Array | SragError;

/** A text that every embedder accepts. If the service rejects it, the documents are not the cause. */
const PLAIN_TEXT = 'text';

/**
 * Embeds texts in batches. If a text is invalid (refused by the service, or with an unusable vector), only
 * that text fails: the batch is halved until the text is isolated, with at most three requests per text.
 */
export class TextEmbedder {
  readonly #embedder: Embedder;
  readonly #signal: AbortSignal | undefined;
  /** Texts per request; lowered if the service rejects a batch but accepts its parts. */
  #batchSize: number;
  /**
   * Whether the service returned a vector after its last rejection. If so, the input causes its next
   * rejection.
   */
  #isAnswering = false;
  #inputTokens: number | undefined;

  constructor(embedder: Embedder, signal?: AbortSignal) {
    this.#embedder = embedder;
    this.#signal = signal;
    this.#batchSize = embedder.batchSize;
  }

  /** Maximum texts per request. */
  get batchSize(): number {
    return this.#batchSize;
  }

  /** Embeds one short text as a check. @throws the embedder's errors: a missing package, an unreachable service. */
  async check(): Promise<void> {
    await this.#request([PLAIN_TEXT]);
  }

  /** Tokens that the service counted so far; undefined if it does not report them. */
  get inputTokens(): number | undefined {
    return this.#inputTokens;
  }

  /**
   * Returns results in the order of the texts.
   * @throws errors of the service, and errors that affect every text.
   */
  async embed(texts: readonly string[]): Promise<EmbeddedText[]> {
    const embedded: EmbeddedText[] = [];
    while (embedded.length < texts.length) {
      throwIfAborted(this.#signal);
      const batch = texts.slice(embedded.length, embedded.length + this.#batchSize);
      embedded.push(...(await this.#embedBatch(batch)));
    }
    return embedded;
  }

  async #embedBatch(texts: readonly string[]): Promise<EmbeddedText[]> {
    try {
      return await this.#request(texts);
    } catch (error) {
      if (!isFaultOfInput(error)) throw error;
      if (!this.#isAnswering) await this.#request([PLAIN_TEXT]);
      if (texts.length > 1) return this.#embedHalves(texts);
      this.#isAnswering = false;
      return [error.fields.refusedInput === true ? refusal(error) : error];
    }
  }

  async #embedHalves(texts: readonly string[]): Promise<EmbeddedText[]> {
    const middle = Math.ceil(texts.length / 2);
    const left = await this.#embedBatch(texts.slice(0, middle));
    const embedded = [...left, ...(await this.#embedBatch(texts.slice(middle)))];
    // Every part was accepted, so the batch was too large.
    if (!embedded.some((each) => each instanceof SragError)) {
      this.#batchSize = Math.min(this.#batchSize, middle);
    }
    return embedded;
  }

  async #request(texts: readonly string[]): Promise<EmbeddedText[]> {
    const { dimensions, id } = this.#embedder;
    const signal = this.#signal;
    const embedded = await this.#embedder.embedDocuments(texts, signal === undefined ? {} : { signal });
    const { vectors, unusable, inputTokens } = embedded;
    if (vectors.length !== texts.length * dimensions) {
      throw new SragError(
        'EMBEDDER_FAILED',
        `Embedder '${id}' returned ${vectors.length} numbers for ${texts.length} texts; each text needs ${dimensions}.`,
      );
    }
    if (inputTokens !== undefined) this.#inputTokens = (this.#inputTokens ?? 0) + inputTokens;
    this.#isAnswering = true;
    return texts.map(
      (_, row) => unusable?.get(row) ?? vectors.slice(row * dimensions, (row + 1) * dimensions),
    );
  }
}

/** Whether the texts caused the error, so that other texts may succeed. */
function isFaultOfInput(error: unknown): error is SragError {
  if (!(error instanceof SragError)) return false;
  const { code, fields } = error;
  return (
    fields.refusedInput === true ||
    ['INVALID_ARGUMENT', 'INVALID_VECTOR', 'DIMENSION_MISMATCH'].includes(code)
  );
}

const refusal = ({ code, message, fields, upstream, cause }: SragError): SragError =>
  new SragError(code, message, {
    remedy: 'If the text is too long for the model, create the collection with a lower --max-tokens.',
    ...{ fields, upstream, cause },
  });
