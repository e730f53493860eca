import { anySignal, SragError } from '../../core/index.ts';
import { type ResolvedQuestion, searchOf } from '../../query/conversation/index.ts';
import type { RetrievalRequest, RetrievalResult } from '../../query/retrieval/index.ts';
import type { SwitchValues } from '../switches/index.ts';
import { answerFound, conversationOf, resolveRequest } from './answer-request.ts';
import { checkHits } from './bounds.ts';
import { DONE_FRAME_BYTES, eventBytes } from './event-bytes.ts';
import { eventsOf } from './event-queue.ts';
import { firstReads, type ReadHints } from './first-reads.ts';
import { hitsFromChunks, withScores } from './given-chunks.ts';
import { mockHits } from './mock.ts';
import type { RagServiceParts } from './parts.ts';
import type {
  FoundHits,
  GenerateRequest,
  QueryReply,
  QueryRequest,
  RequestContext,
  RetrieveReply,
  RetrieveRequest,
  Services,
  StreamEvent,
} from './port.ts';
import { recordRefusal } from './refusal.ts';
import type { RequestMeter } from './request-meter.ts';
import { RequestRunner, type Work } from './request-runner.ts';
import { type OpenedCollection, Retrievers } from './retrievers.ts';
import { servedCollection } from './served-collection.ts';
import { shown } from './shown.ts';

/** Errors that mean that the index may have been replaced. The next request then opens it again. */
const STALE_INDEX_CODES = new Set(['OBJECT_NOT_FOUND', 'DAMAGED_STORE', 'NO_INDEX']);

/** The hits of a question, and the question as it was searched. */
interface Found {
  readonly question: ResolvedQuestion;
  readonly result: RetrievalResult;
}

/** Answers every operation of the API in this process; functions and `srag serve` are built on it. */
export class RagService implements Required<Services> {
  readonly #parts: RagServiceParts;
  readonly #retrievers: Retrievers;
  readonly #runner: RequestRunner;

  constructor(parts: RagServiceParts) {
    this.#parts = parts;
    this.#runner = new RequestRunner(parts);
    const { engine, embedderOf, reranker, warn } = parts;
    this.#retrievers = new Retrievers({ engine, embedderOf, reranker, warn });
  }

  /** Starts to open the default index. If that fails, the first request that needs it gets the error. */
  openAhead(): void {
    this.#parts
      .switches()
      .then((switches) => this.#opened({}, switches))
      .then(({ index }) => index())
      .catch(() => {});
  }

  /** Opens the default index and prefetches everything that its searches need. @throws the errors of a search */
  async warmUp(signal?: AbortSignal): Promise<unknown> {
    this.#parts.host.takeColdStart?.();
    const { index } = await this.#opened({}, await this.#parts.switches());
    return (await index()).hydrate?.(signal);
  }

  refused(error: unknown, context: RequestContext): void | Promise<void> {
    return recordRefusal(this.#parts, error, context);
  }

  async retrieve(request: RetrieveRequest, context: RequestContext): Promise<RetrieveReply> {
    return this.#runner.serve(context, async (work) => {
      const { hits } = (await this.#found(request, work)).result;
      const all = hits.map(shown);
      await checkHits(all);
      return work.meter.reply({ hits: all }, context.requestId);
    });
  }

  async retrieveMock(request: RetrieveRequest, context: RequestContext): Promise<RetrieveReply> {
    return this.#runner.serve(context, async ({ meter }) => {
      servedCollection(request.collection, this.#parts.defaults);
      return meter.reply({ hits: mockHits(request.topK) }, context.requestId);
    });
  }

  async query(request: QueryRequest, context: RequestContext): Promise<QueryReply> {
    return this.#runner.serve(context, (work) => this.#answered(request, work, context.requestId));
  }

  async generate(request: GenerateRequest, context: RequestContext): Promise<QueryReply> {
    return this.#runner.serve(context, async (work) => {
      const question = conversationOf(request);
      return work.meter.reply(
        await answerFound(this.#parts, question, { hits: hitsFromChunks(request.chunks) }, work),
        context.requestId,
      );
    });
  }

  /** The second step of the state machine: reads the texts of hits by their ids and answers from them. */
  async generateFrom(request: FoundHits, context: RequestContext): Promise<QueryReply> {
    return this.#runner.serve(context, async (work) => {
      const { kind, version } = request.index;
      const { index } = await this.#opened(
        { ...request, index: `${kind}@${version}` },
        work.switches,
        work.meter,
      );
      const startedMs = performance.now();
      const ids = request.hits.map(({ id }) => id);
      const chunks = await (await index()).chunks(ids, work.deadline.signal, (use) => work.meter.read(use));
      work.meter.fetched(performance.now() - startedMs, request.index);
      const hits = withScores(chunks, request.hits);
      const rewritten = this.#parts.defaults.rewrite === 'model' ? request.searchedQuestion : undefined;
      const question = conversationOf(request, rewritten);
      return work.meter.reply(await answerFound(this.#parts, question, { hits }, work), context.requestId);
    });
  }

  /** Resolves after retrieval, so that a bad request is rejected instead of becoming an event. */
  async stream(request: QueryRequest, context: RequestContext): Promise<AsyncIterable<StreamEvent>> {
    const work = await this.#runner.begin(context);
    const refused = (error: unknown): Promise<unknown> => this.#runner.failed(work, context, error);
    try {
      const { question, result } = await work.deadline.within(this.#found(this.#forAnswer(request), work));
      const { hits, similarities } = result;
      return eventsOf<StreamEvent>(async (push, readerSignal) => {
        try {
          const send = (event: StreamEvent): Promise<void> => {
            work.meter.sent(eventBytes(event));
            return push(event);
          };
          await send({ event: 'hits', data: { hits: hits.map(shown) } });
          const { chunks: _, ...content } = await answerFound(
            this.#parts,
            question,
            { hits, similarities },
            work,
            {
              signal: anySignal([work.deadline.signal, readerSignal]),
              onToken: (text) => send({ event: 'token', data: { text } }),
            },
          );
          work.meter.sent(DONE_FRAME_BYTES);
          const data = work.meter.reply(content, context.requestId);
          await this.#runner.record(work, context);
          await push({ event: 'done', data });
        } catch (error) {
          throw await refused(error);
        } finally {
          work.deadline.done();
        }
      });
    } catch (error) {
      throw await refused(error);
    }
  }

  async close(): Promise<void> {
    await this.#retrievers.close();
    await this.#parts.engine.close();
  }

  async #answered(request: QueryRequest, work: Work, requestId: string): Promise<QueryReply> {
    const { question, result } = await this.#found(this.#forAnswer(request), work);
    return work.meter.reply(await answerFound(this.#parts, question, result, work), requestId);
  }

  #forAnswer(request: QueryRequest): RetrieveRequest {
    return { ...request, topK: request.topK ?? this.#parts.defaults.answerTopK };
  }

  async #found(request: RetrieveRequest, work: Work): Promise<Found> {
    work.text.question = request.question ?? '';
    const [{ retriever, settings }, question] = await Promise.all([
      this.#opened(request, work.switches, work.meter),
      resolveRequest(this.#parts, request, work),
    ]);
    const { topK, filter, vector } = request;
    const retrievalRequest: RetrievalRequest = {
      ...searchOf(question),
      mode: request.mode ?? this.#parts.defaults.mode,
      signal: work.deadline.signal,
      vector: vector === undefined ? undefined : Float32Array.from(vector),
      topK,
      filter,
    };
    try {
      const result = await retriever.retrieve(retrievalRequest);
      work.meter.retrieved(result, settings.embedder);
      work.mode = result.mode;
      work.hits = result.hits.length;
      return { question, result };
    } catch (error) {
      if (error instanceof SragError && STALE_INDEX_CODES.has(error.code))
        this.#retrievers.forget(...this.#choice(request, work.switches));
      throw error;
    }
  }

  #choice(
    { collection, index }: Pick<QueryRequest, 'collection' | 'index'>,
    switches: SwitchValues,
  ): [string, string | undefined] {
    const { defaults } = this.#parts;
    return [servedCollection(collection, defaults), index ?? switches.index ?? defaults.index];
  }

  async #opened(
    request: Pick<QueryRequest, 'collection' | 'index'> & ReadHints,
    switches: SwitchValues,
    meter?: RequestMeter,
  ): Promise<OpenedCollection> {
    try {
      const prefetch = firstReads(request, this.#parts.defaults.mode);
      return await this.#retrievers.of(...this.#choice(request, switches), prefetch);
    } finally {
      if (meter !== undefined) for (const use of this.#retrievers.drainOpeningUse()) meter.read(use);
    }
  }
}
