import { type Answer, answerQuestion } from '../answering/index.ts';
import { type Hit, type SearchMode, SragError } from '../core/index.ts';
import type { RetrievalRequest, RetrievalResult } from '../retrieval/index.ts';
import type { SwitchValues } from '../switches/index.ts';
import { throughCache } from './cached-answer.ts';
import { type Deadline, deadlineOf } from './deadline.ts';
import { eventsOf } from './event-queue.ts';
import { hitsOfGiven } from './given-chunks.ts';
import { mockHits } from './mock.ts';
import type { RagServiceParts, ServedRecord } from './parts.ts';
import type {
  GenerateRequest,
  QueryReply,
  QueryRequest,
  RequestContext,
  RetrieveReply,
  RetrieveRequest,
  Services,
  StreamEvent,
} from './port.ts';
import { RequestMeter } from './request-meter.ts';
import { type OpenedCollection, Retrievers } from './retrievers.ts';
import { shown, shownBeside } from './shown.ts';

/** Errors of an index that may have been replaced: it is opened anew by the next request. */
const GONE = new Set(['OBJECT_NOT_FOUND', 'DAMAGED_STORE', 'NO_INDEX']);

type Operation = ServedRecord['operation'];
interface Work {
  readonly meter: RequestMeter;
  readonly deadline: Deadline;
  readonly switches: SwitchValues;
  mode?: SearchMode;
}

/** Hits found by the state machine's first step, for its second. */
export interface FoundHits {
  readonly result: RetrievalResult;
  readonly reply: RetrieveReply;
}

/** Answers every operation of the API in this process: what functions and `srag serve` are made of. */
export class RagService implements Required<Services> {
  readonly #parts: RagServiceParts;
  readonly #retrievers: Retrievers;
  #isCold = true;

  constructor(parts: RagServiceParts) {
    this.#parts = parts;
    const { engine, embedderOf, reranker } = parts;
    this.#retrievers = new Retrievers({ engine, embedderOf, reranker, prefetch: prefetchFor(parts) });
  }

  /** Begins to open what most requests will ask, without waiting; a failure is told to the request that needs it. */
  openAhead(): void {
    this.#parts
      .switches()
      .then((switches) => this.#opened({}, switches))
      .then(({ index }) => index())
      .catch(() => {});
  }

  /** Opens the default index and reads ahead all that its searches need. @throws as a search does. */
  async warmUp(signal?: AbortSignal): Promise<unknown> {
    const { index } = await this.#opened({}, await this.#parts.switches());
    return (await index()).hydrate?.(signal);
  }

  async retrieve(request: RetrieveRequest, context: RequestContext): Promise<RetrieveReply> {
    return this.#serve('retrieve', context, async (work) => {
      const { hits } = await this.#found(request, work);
      return { hits: hits.map(shown), ...served(work.meter, context) };
    });
  }

  async retrieveMock(request: RetrieveRequest, context: RequestContext): Promise<RetrieveReply> {
    return this.#serve('retrieve', context, async ({ meter }) => ({
      hits: mockHits(request.topK),
      ...served(meter, context),
    }));
  }

  async query(request: QueryRequest, context: RequestContext): Promise<QueryReply> {
    return this.#serve('query', context, (work) => this.#answered(request, work, context));
  }

  async generate({ question, chunks }: GenerateRequest, context: RequestContext): Promise<QueryReply> {
    return this.#serve('generate', context, async (work) =>
      this.#reply(question, hitsOfGiven(chunks), work, context),
    );
  }

  /** The second step of the state machine: reads the texts of hits by their ids, and answers from them. */
  async generateFrom(
    request: {
      readonly question: string;
      readonly collection?: string | undefined;
      readonly index: { readonly kind: string; readonly version: string };
      readonly hits: readonly Pick<Hit, 'id' | 'score' | 'scores'>[];
    },
    context: RequestContext,
  ): Promise<QueryReply> {
    return this.#serve('generate', context, async (work) => {
      const { kind, version } = request.index;
      const { index } = await this.#opened({ ...request, index: `${kind}@${version}` }, work.switches);
      const chunks = await (await index()).chunks(request.hits.map(({ id }) => id));
      const scored = new Map(request.hits.map((hit) => [hit.id, hit]));
      const hits = chunks.map((chunk) => {
        const { score = 0, scores = {} } = scored.get(chunk.id) ?? {};
        return { ...chunk, score, scores };
      });
      return this.#reply(request.question, hits, work, context);
    });
  }

  /** The retrieval of a request is done when this returns, so that what is wrong is an error and not an event. */
  async stream(request: QueryRequest, context: RequestContext): Promise<AsyncIterable<StreamEvent>> {
    const work = await this.#work(context);
    const refused = (error: unknown): unknown => this.#refused('stream', work, context, error);
    try {
      const { hits } = await this.#found(this.#forAnswer(request), work);
      return eventsOf<StreamEvent>(async (push, left) => {
        try {
          await push({ event: 'hits', data: { hits: hits.map(shown) } });
          const { chunks: _, ...reply } = await this.#reply(request.question, hits, work, context, {
            signal: AbortSignal.any([work.deadline.signal, left]),
            onToken: (text) => push({ event: 'token', data: { text } }),
          });
          this.#record('stream', work, context);
          await push({ event: 'done', data: reply });
        } catch (error) {
          throw refused(error);
        } finally {
          work.deadline.done();
        }
      });
    } catch (error) {
      throw refused(error);
    }
  }

  async close(): Promise<void> {
    await this.#retrievers.close();
    await this.#parts.engine.close();
  }

  async #answered(request: QueryRequest, work: Work, context: RequestContext): Promise<QueryReply> {
    const { cache, defaults, generator } = this.#parts;
    const { meter, switches } = work;
    const keyParts = async () => {
      const { index, settings, embedder } = await this.#opened(request, switches);
      const { question, collection: _, index: __, ...options } = request;
      const { mode, answer, answerTopK: topK } = defaults;
      return {
        collection: settings.name,
        index: (await index()).manifest,
        question,
        options: { ...answer, mode, topK, ...options, compression: switches.compression },
        embedder: embedder?.id ?? 'none',
        generator: (await generator()).id,
      };
    };
    const content = await throughCache({ cache, switches, meter }, keyParts, () =>
      this.#freshAnswer(request, work, context),
    );
    return { ...content, ...served(meter, context) };
  }

  async #freshAnswer(request: QueryRequest, work: Work, context: RequestContext): Promise<QueryReply> {
    const { hits } = await this.#found(this.#forAnswer(request), work);
    return this.#reply(request.question, hits, work, context);
  }

  #forAnswer(request: QueryRequest): RetrieveRequest {
    return { ...request, topK: request.topK ?? this.#parts.defaults.answerTopK };
  }

  async #found(request: RetrieveRequest, work: Work): Promise<RetrievalResult> {
    const { retriever, settings } = await this.#opened(request, work.switches);
    const { topK, filter, vector } = request;
    const asked: RetrievalRequest = {
      question: request.question ?? '',
      mode: request.mode ?? this.#parts.defaults.mode,
      signal: work.deadline.signal,
      ...(vector === undefined ? {} : { vector: Float32Array.from(vector) }),
      ...(topK === undefined ? {} : { topK }),
      ...(filter === undefined ? {} : { filter }),
    };
    try {
      const result = await retriever.retrieve(asked);
      work.meter.retrieved(result, settings.embedder);
      work.mode = result.mode;
      return result;
    } catch (error) {
      if (error instanceof SragError && GONE.has(error.code))
        this.#retrievers.forget(...this.#choice(request, work.switches));
      throw error;
    }
  }

  async #reply(
    question: string,
    hits: readonly Hit[],
    work: Work,
    context: RequestContext,
    options: { readonly signal?: AbortSignal; readonly onToken?: (text: string) => Promise<void> } = {},
  ): Promise<QueryReply> {
    const generator = await this.#parts.generator();
    const { compression } = work.switches;
    const answered: Answer = await answerQuestion(
      generator,
      { question, hits },
      {
        signal: work.deadline.signal,
        ...this.#parts.defaults.answer,
        ...(compression ? { compress: true } : {}),
        ...options,
      },
    );
    work.meter.answered(answered, generator.id);
    const { answer, citations, usage } = answered;
    return { answer, citations, chunks: shownBeside(hits), usage, ...served(work.meter, context) };
  }

  #choice(
    request: Pick<QueryRequest, 'collection' | 'index'>,
    switches: SwitchValues,
  ): [string, string | undefined] {
    const { collection, index } = this.#parts.defaults;
    return [request.collection ?? collection, request.index ?? switches.index ?? index];
  }

  #opened(
    request: Pick<QueryRequest, 'collection' | 'index'>,
    switches: SwitchValues,
  ): Promise<OpenedCollection> {
    return this.#retrievers.of(...this.#choice(request, switches));
  }

  async #work(context: RequestContext): Promise<Work> {
    const meter = new RequestMeter(this.#parts, this.#isCold);
    this.#isCold = false;
    return { meter, deadline: deadlineOf(context), switches: await this.#parts.switches() };
  }

  async #serve<T>(
    operation: Operation,
    context: RequestContext,
    answer: (work: Work) => Promise<T>,
  ): Promise<T> {
    const work = await this.#work(context);
    try {
      const reply = await answer(work);
      this.#record(operation, work, context);
      return reply;
    } catch (error) {
      throw this.#refused(operation, work, context, error);
    } finally {
      work.deadline.done();
    }
  }

  #refused(operation: Operation, work: Work, context: RequestContext, error: unknown): unknown {
    const explained = work.deadline.explain(error);
    this.#record(operation, work, context, explained instanceof SragError ? explained.code : 'INTERNAL');
    work.deadline.done();
    return explained;
  }

  #record(operation: Operation, { meter, mode }: Work, context: RequestContext, errorCode?: string): void {
    const { use, trace } = meter;
    const { generation } = use;
    context.onServed?.({ use, mode });
    this.#parts.record({
      operation,
      context,
      mode,
      trace,
      use,
      cost: meter.cost(use),
      inputTokens: generation?.inputTokens,
      outputTokens: generation?.outputTokens,
      errorCode,
    });
  }
}

const served = (meter: RequestMeter, { requestId }: RequestContext) => ({
  trace: meter.trace,
  cost: meter.cost(),
  requestId,
});

/** What the first search will ask for: as far as it can be known before a question came. */
function prefetchFor({ defaults: { mode } }: RagServiceParts) {
  return mode === 'auto' ? undefined : mode;
}
