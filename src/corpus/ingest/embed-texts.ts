import { SragError, throwIfAborted } from '../../core/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';

/** What became of a text: its vector, or why it has none. */
export type EmbeddedText = Float32Array | SragError;

/** A text that every embedder takes: where it is refused too, the fault is not that of a document. */
const PLAIN_TEXT = 'text';

/**
 * Embeds texts in batches. A text at fault (refused by the service, or with a vector that cannot be used) costs only
 * itself: its batch is halved until it stands alone, with at most three requests for each text.
 */
export class TextEmbedder {
  readonly #embedder: Embedder;
  readonly #signal: AbortSignal | undefined;
  /** Texts per request: lowered where the service takes a batch only in parts. */
  #batchSize: number;
  /** The service has given a vector since it last refused a text: the next refusal is due to what was sent. */
  #isAnswering = false;
  #inputTokens: number | undefined;

  constructor(embedder: Embedder, signal?: AbortSignal) {
    this.#embedder = embedder;
    this.#signal = signal;
    this.#batchSize = embedder.batchSize;
  }

  /** Texts of one request at most. */
  get batchSize(): number {
    return this.#batchSize;
  }

  /** Asks for the vector of one short text. @throws what the embedder meets: a missing package, a service out of reach. */
  async check(): Promise<void> {
    await this.#request([PLAIN_TEXT]);
  }

  /** Tokens that the service counted so far; undefined where it did not. */
  get inputTokens(): number | undefined {
    return this.#inputTokens;
  }

  /** In the order of the texts. @throws faults of the service, and those of every text. */
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
    // No text was at fault, so the batch was too large.
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
        `Embedder '${id}' gave ${vectors.length} numbers for ${texts.length} texts of ${dimensions} dimensions.`,
      );
    }
    if (inputTokens !== undefined) this.#inputTokens = (this.#inputTokens ?? 0) + inputTokens;
    this.#isAnswering = true;
    return texts.map(
      (_, row) => unusable?.get(row) ?? vectors.slice(row * dimensions, (row + 1) * dimensions),
    );
  }
}

/** Whether other texts may be taken: the request was refused for what it holds, or its vectors cannot be used. */
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
    remedy: 'Where the text is too long for the model, make the collection with a lower --max-tokens.',
    ...{ fields, upstream, cause },
  });
