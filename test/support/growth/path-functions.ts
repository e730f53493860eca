import { readJson } from '../../../src/api/http/body.ts';
import { publicMessage } from '../../../src/api/http/public-words.ts';
import { errorFacts } from '../../../src/api/observability/log-fields.ts';
import { cacheKey } from '../../../src/api/query-cache/cache-key.ts';
import { truncateChunks } from '../../../src/api/service/shown.ts';
import { cutToWidth } from '../../../src/cli/output.ts';
import { hitsText } from '../../../src/cli/search-text.ts';
import { checkFilter, type Hit, printable, type SourceDocument, SragError } from '../../../src/core/index.ts';
import { chunkDocument, DEFAULT_CHUNKER, estimateTokens } from '../../../src/documents/chunking/index.ts';
import {
  analyse,
  LexiconBuilder,
  rescore,
  splitSentences,
  words,
} from '../../../src/documents/lexical/index.ts';
import { proseRanges } from '../../../src/documents/lexical/prose.ts';
import { extractPage } from '../../../src/documents/loaders/html/extract.ts';
import { markdownBlocks } from '../../../src/documents/loaders/markdown/blocks.ts';
import { lanceError } from '../../../src/io/lance/errors.ts';
import { excerpt } from '../../../src/io/remote/failure.ts';
import { parseServerSentEvents } from '../../../src/io/remote/sse.ts';
import { addHashedFeatures } from '../../../src/models/embedders/hashing/features.ts';
import { extractAnswer } from '../../../src/models/generators/extractive/extract.ts';
import { withoutSourceMarks } from '../../../src/models/generators/extractive/source-marks.ts';
import { buildPrompt, isNotFoundAnswer } from '../../../src/models/generators/index.ts';
import { ThinkingFilter } from '../../../src/models/generators/thinking.ts';
import { CitationChecker } from '../../../src/query/answering/citations.ts';
import { passagesOf } from '../../../src/query/answering/passages.ts';
import { cleanQuestion } from '../../../src/query/retrieval/check-request.ts';
import { LOADING_FUNCTIONS } from './loading-functions.ts';
import { pieces } from './pieces.ts';

const QUESTION = 'How much does the hotel cost, and what is a taxi?';

const documentOf = (text: string, fields: Partial<SourceDocument> = {}): SourceDocument => ({
  id: 'd',
  source: 'd',
  title: 'd',
  text,
  blocks: [],
  metadata: {},
  mediaType: 'text/plain',
  isRecord: false,
  ...fields,
});

const hitOf = (text: string, number = 0): Hit => ({
  id: `c${number}`,
  documentId: 'd',
  ordinal: number,
  title: 'd',
  text,
  start: 0,
  end: text.length,
  headingPath: [text.slice(0, 1_000)],
  metadata: {},
  score: 1,
  scores: {},
});

const passageOf = (text: string, marker = 1) => ({
  marker,
  chunkId: `c${marker}`,
  documentId: 'd',
  title: 'd',
  headingPath: [],
  score: 1,
  text,
});

const sourced = (text: string) => ({ passage: passageOf(text), start: 0, sourceText: text });

const answerFrom = (question: string, texts: readonly string[]) => () =>
  extractAnswer({
    question,
    passages: texts.map((text, index) => passageOf(text, index + 1)),
    maxOutputTokens: 800,
  });

async function* bytesOf(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const requestOf = (body: string): Request =>
  new Request('http://localhost/', { method: 'POST', body, headers: { 'content-type': 'application/json' } });

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}

/** Checks the citations of a complete answer. */
async function checkCitations(
  answer: string,
  passages: ConstructorParameters<typeof CitationChecker>[0],
): Promise<string> {
  const checker = new CitationChecker(passages);
  return (await checker.push(answer)) + (await checker.end());
}

/**
 * Every function on the path from bytes to an answer that processes text. Each takes a text and returns the
 * code to measure; preparation is not measured.
 */
export const PATH_FUNCTIONS: Readonly<Record<string, (text: string) => () => unknown>> = {
  ...LOADING_FUNCTIONS,
  chunkDocument: (text) => () => chunkDocument(documentOf(text), DEFAULT_CHUNKER),
  'chunkDocument of a record': (text) => () =>
    chunkDocument(documentOf(text, { isRecord: true }), DEFAULT_CHUNKER),
  'chunkDocument of one block': (text) => () =>
    (['paragraph', 'list', 'code', 'table', 'heading'] as const).map((kind) =>
      chunkDocument(
        documentOf(text, { blocks: [{ kind, start: 0, end: text.length, level: 1 }] }),
        DEFAULT_CHUNKER,
      ),
    ),
  'chunkDocument of Markdown': (text) => async () =>
    chunkDocument(documentOf(text, { blocks: await markdownBlocks(text) }), DEFAULT_CHUNKER),
  'chunkDocument of a page': (text) => () => {
    const page = extractPage(text);
    return chunkDocument(documentOf(page.text, { blocks: page.blocks }), DEFAULT_CHUNKER);
  },
  estimateTokens: (text) => () => estimateTokens(text),
  proseRanges: (text) => () => proseRanges(text),
  splitSentences: (text) => () => splitSentences(text),
  analyse: (text) => () => analyse(text),
  words: (text) => () => words(text),
  addHashedFeatures: (text) => () => addHashedFeatures(text, new Float32Array(256)),
  'rescore of a candidate': (text) => {
    const lexicon = new LexiconBuilder();
    lexicon.add(text, analyse(text));
    const built = lexicon.build();
    const candidates = [{ id: 'c', text, terms: analyse(text) }];
    return () => rescore(QUESTION, candidates, built);
  },
  'rescore of a question': (text) => {
    const candidates = pieces(text)
      .slice(0, 12)
      .map((piece, index) => ({ id: `c${index}`, text: piece, terms: analyse(piece) }));
    const built = new LexiconBuilder().build();
    return () => rescore(text, candidates, built);
  },
  passagesOf: (text) => () => passagesOf(QUESTION, [hitOf(text)], { maxContextTokens: 1e9, compress: true }),
  'passagesOf many': (text) => () =>
    passagesOf(QUESTION, pieces(text).map(hitOf), { maxContextTokens: 1e9, compress: true }),
  'extractAnswer from a passage': (text) => answerFrom(QUESTION, [text]),
  'extractAnswer from passages': (text) => answerFrom(QUESTION, pieces(text)),
  'extractAnswer to a question': (text) => answerFrom(text, [QUESTION, 'The hotel costs 140 euros.']),
  'checkCitations of an answer': (text) => () =>
    checkCitations(`${text} [1].`, [sourced('The hotel costs 140 euros.')]),
  'checkCitations against a passage': (text) => () =>
    checkCitations('The hotel costs 140 euros, x and the taxi [1].', [sourced(text)]),
  'CitationChecker of a stream': (text) => async () => {
    const checker = new CitationChecker([sourced('The hotel costs 140 euros.')]);
    for (let start = 0; start < text.length; start += 5) await checker.push(text.slice(start, start + 5));
    return checker.end();
  },
  'checkCitations of a repeated passage': (text) => () => checkCitations(`${text} [1].`, [sourced(text)]),
  buildPrompt: (text) => () =>
    buildPrompt({ question: text, passages: [passageOf(text), { ...passageOf(text), title: text }] }),
  ThinkingFilter: (text) => () => {
    const filter = new ThinkingFilter();
    for (const piece of [text, '<think>', text, '</think>', text]) filter.push(piece);
    filter.end();
  },
  'ThinkingFilter in pieces': (text) => () => {
    const filter = new ThinkingFilter();
    for (let at = 0; at < text.length; at += 4) filter.push(text.slice(at, at + 4));
    filter.end();
  },
  withoutSourceMarks: (text) => () => withoutSourceMarks(text),
  'withoutSourceMarks of many': (text) => () => withoutSourceMarks(`${text.replaceAll(' ', ' [3] ')} \`[`),
  isNotFoundAnswer: (text) => () => isNotFoundAnswer(text),
  truncateChunks: (text) => () => truncateChunks(pieces(text).map(hitOf)),
  hitsText: (text) => () => hitsText([hitOf(text), ...pieces(text).map(hitOf)], text),
  cutToWidth: (text) => () => cutToWidth(text, 1e9),
  publicMessage: (text) => () => publicMessage(new SragError('INTERNAL', text), false),
  excerpt: (text) => () => excerpt(text),
  lanceError: (text) => () => lanceError(new Error(text), 'Cannot open the table'),
  errorFacts: (text) => {
    const error = new Error(text);
    error.stack = `Error: ${text}\n    at ${text}`;
    return () => errorFacts(error, true);
  },
  'errorFacts of a stack': (text) => {
    const error = new Error('a');
    error.stack = `Error: a\n    at ${text.replaceAll('\n', ' ')}`;
    return () => errorFacts(error, false);
  },
  'parseServerSentEvents in one part': (text) => () =>
    drain(parseServerSentEvents(bytesOf(`data: ${text}\n\n`, 1e9))),
  'parseServerSentEvents in parts': (text) => () =>
    drain(parseServerSentEvents(bytesOf(`data: ${text}`, 64))),
  checkFilter: (text) => () =>
    checkFilter({ field: text, op: 'eq', value: text }, { year: 'number', [text.slice(0, 10)]: 'string' }),
  cacheKey: (text) => () =>
    cacheKey({
      kind: 'answer',
      collection: 'c',
      index: { kind: 'snapshot', version: '1' },
      question: text,
      options: { text },
      embedder: 'none',
    }),
  cleanQuestion: (text) => () => cleanQuestion(text),
  readJson: (text) => () => readJson(requestOf(JSON.stringify({ question: text }))),
  'readJson of damaged JSON': (text) => () => readJson(requestOf(`{"question": [${text}`)),
  printable: (text) => () => printable(text),
};
