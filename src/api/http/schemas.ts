import { z } from 'zod';
import { COLLECTION_NAME, MAX_QUESTION_LENGTH, MAX_TOP_K } from '../../core/index.ts';
import { FILTER_SCHEMA } from './filter-schema.ts';

const MAX_DIMENSIONS = 4_096;
const MAX_GIVEN_CHUNKS = 50;

const question = z
  .string()
  .min(1)
  .max(MAX_QUESTION_LENGTH)
  .refine((text) => text.trim() !== '', 'must not be blank')
  .describe('A question in any language; not blank. The limit also applies to its NFKC form.');
/** The same limits as `HISTORY_LIMITS`, checked by a test. */
const history = z
  .array(
    z
      .strictObject({ question: z.string().max(MAX_QUESTION_LENGTH), answer: z.string().max(100_000) })
      .meta({ id: 'Turn' }),
  )
  .max(200)
  .describe(
    'Earlier turns of the conversation, oldest first. They show what the question refers to. The last 8 are used: of each, 1,000 characters of the question and 2,000 of the answer.',
  );
const mode = z.enum(['auto', 'lexical', 'vector', 'hybrid']).describe('How the question is matched.');
const index = z
  .string()
  .regex(/^[a-z0-9-]{1,64}(@[A-Za-z0-9][A-Za-z0-9_-]{0,99})?$/)
  .describe('KIND or KIND@VERSION; default: the published version.');
const collection = z.string().regex(COLLECTION_NAME);
/** Only its type is checked here; `checkFilter` validates it once the collection's fields are known. */
const filter = z.record(z.string(), z.unknown()).meta(FILTER_SCHEMA);
const metadata = z.record(z.string(), z.unknown());

const choice = {
  mode: mode.optional(),
  index: index.optional(),
  filter: filter.optional(),
  collection: collection.optional(),
};

export const queryBody = z
  .strictObject({
    question,
    history: history.optional(),
    topK: z.int().min(1).max(50).optional(),
    ...choice,
  })
  .meta({ id: 'QueryRequest' });

const retrieveTopK = z.int().min(1).max(MAX_TOP_K);
export const retrieveBody = z
  .strictObject({
    question: question.optional(),
    history: history.optional(),
    vector: z.array(z.number()).min(1).max(MAX_DIMENSIONS).optional(),
    topK: retrieveTopK.optional(),
    ...choice,
  })
  .refine((body) => body.question !== undefined || body.vector !== undefined, {
    path: ['question'],
    message: 'question or vector is required',
  })
  .meta({ id: 'RetrieveRequest' });

const integerText = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number);
/** The request of `/retrieve` as query parameters. */
export const retrieveQuery = z.strictObject({
  q: question,
  topK: integerText.pipe(retrieveTopK).optional(),
  mode: mode.optional(),
  index: index.optional(),
  filter: z.string().max(20_000).optional().describe('JSON of a filter.'),
  collection: collection.optional(),
});

export const generateBody = z
  .strictObject({
    question,
    history: history.optional(),
    chunks: z
      .array(
        z.strictObject({
          id: z.string().min(1).max(1_000),
          documentId: z.string().min(1).max(1_000),
          text: z.string().max(100_000),
          title: z.string().max(10_000).optional(),
          metadata: metadata.optional(),
        }),
      )
      .min(1)
      .max(MAX_GIVEN_CHUNKS),
  })
  .meta({ id: 'GenerateRequest' });

const milliseconds = z.number().nonnegative();
const trace = z
  .object({
    coldStart: z.boolean().describe('Whether this request was the first of its environment.'),
    initMs: milliseconds.optional().describe('Time to initialise the environment before its first request.'),
    stages: z.object({
      rewriteMs: milliseconds.optional().describe('Rewriting a follow-up question by a model.'),
      embedMs: milliseconds.optional().describe('Embedding the question.'),
      openMs: milliseconds.optional().describe('Time that the request waited for the index to open.'),
      searchMs: milliseconds.optional().describe('Vector search, keyword search and fusion.'),
      fetchMs: milliseconds.optional().describe('Reading texts and metadata of the hits.'),
      rerankMs: milliseconds.optional().describe('Reranking the hits.'),
      generateMs: milliseconds
        .optional()
        .describe('Generating the answer, measured from the first call of the generator.'),
      firstTokenMs: milliseconds.optional().describe('From the start of the request to the first token.'),
    }),
    totalMs: milliseconds,
    storage: z
      .object({
        reads: z.int().nonnegative().describe('Requests to the storage.'),
        bytes: z.int().nonnegative().describe('Bytes read from the storage.'),
        waves: z
          .int()
          .nonnegative()
          .describe('Sequential rounds: the largest number of requests of which no two overlap in time.'),
        cacheHits: z.int().nonnegative().describe('Reads answered by a cache.'),
      })
      .optional()
      .describe('Absent if the index kind does not count its reads.'),
    index: z.object({ kind: z.string(), version: z.string() }).optional(),
    searchedQuestion: z
      .string()
      .optional()
      .describe('The self-contained question that was searched, if it differs from the question.'),
    cached: z.boolean().describe('Whether the answer came from the query cache.'),
    memoryBytes: z
      .int()
      .nonnegative()
      .describe(
        "Resident memory of the function's process when it replied; of several functions, the largest value.",
      ),
  })
  .meta({ id: 'Trace' });

const cost = z
  .object({
    totalUsd: z.number().nonnegative(),
    lines: z.array(
      z.object({
        name: z.string(),
        quantity: z.number().nonnegative(),
        unit: z.string(),
        unitPriceUsd: z.number().nonnegative(),
        usd: z.number().nonnegative().describe('quantity times unitPriceUsd.'),
      }),
    ),
    priceTable: z.string().describe('The price table, by date and region.'),
    unpriced: z
      .array(z.string())
      .optional()
      .describe('Billed lines without a price; the total does not include them.'),
  })
  .meta({ id: 'Cost' });

const offset = z.int().nonnegative().describe("UTF-16 offset into the document's text.");

const hit = z
  .object({
    id: z.string(),
    documentId: z.string(),
    title: z.string(),
    text: z.string(),
    start: offset,
    end: offset,
    metadata,
    score: z.number().describe('Score of the last stage that ordered the hits; higher is better.'),
    scores: z.object({
      vector: z.number().optional(),
      lexical: z.number().optional(),
      fused: z.number().optional(),
      rerank: z.number().optional(),
    }),
  })
  .meta({ id: 'Hit' });

const citation = z
  .object({
    marker: z.int().positive().describe('The number n of the citation mark [n] in the answer.'),
    chunkId: z.string(),
    documentId: z.string(),
    title: z.string(),
    headingPath: z.array(z.string()).describe('Headings above the passage.'),
    start: offset,
    end: offset,
    quote: z.string(),
  })
  .meta({ id: 'Citation' });

const usage = z.object({
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  estimated: z.boolean().describe('False if the model service reported the counts.'),
});
const served = { trace, cost, requestId: z.string() };
const answered = {
  answer: z.string(),
  citations: z.array(citation),
  notFound: z.boolean().describe('True if the documents do not contain an answer.'),
  confidence: z
    .number()
    .min(0)
    .max(1)
    .describe(
      'Estimated probability that the documents answer the question and the answer is right. With a model: the share of its citation marks that passed the check.',
    ),
  usage,
  ...served,
};

export const queryReply = z.object({ ...answered, chunks: z.array(hit) }).meta({ id: 'QueryReply' });
export const retrieveReply = z.object({ hits: z.array(hit), ...served }).meta({ id: 'RetrieveReply' });
export const healthReply = z
  .object({ status: z.literal('ok'), version: z.string() })
  .meta({ id: 'HealthReply' });

/** RFC 9457 problem details. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    remedy: z.string().optional(),
    retryAfter: z.int().min(0).optional().describe('Seconds after which a retry may succeed.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Faults of the input, each with the path of its field.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problem>;

/** Schema of each stream event's data, by event name. */
export const streamEvents = {
  hits: z.object({ hits: z.array(hit) }).meta({ id: 'StreamHits' }),
  token: z.object({ text: z.string() }).meta({ id: 'StreamToken' }),
  done: z.object(answered).meta({ id: 'StreamDone' }),
  error: problem,
} as const;
