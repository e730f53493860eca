import {
  MAX_QUESTION_LENGTH,
  MAX_TOP_K,
  SEARCH_MODES,
  type SearchMode,
  SragError,
  unknownName,
} from '../../core/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';
import type { RetrievalRequest } from './port.ts';

export const DEFAULT_TOP_K = 10;
const MAX_NEIGHBOURS = 10;

// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is intended.
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** More combining marks on a letter than any language uses (UAX #15, D3). Ordering n of them takes O(n^2). */
const EXCESS_MARKS = /(\p{M}{30})\p{M}+/gu;

/**
 * Removes control characters from a question, normalises it to NFC and trims it. Its length is also limited
 * in NFKC, which the tokeniser uses and in which one character may become 18.
 * @throws INVALID_ARGUMENT when empty or too long.
 */
export function cleanQuestion(question: string): string {
  const cleaned = question
    .replace(CONTROL_CHARACTERS, ' ')
    .replace(EXCESS_MARKS, '$1')
    .normalize('NFC')
    .trim();
  if (cleaned === '') throw invalid('question', question, 'it is empty', 'Ask a question in words.');
  const length = Math.max(cleaned.length, cleaned.normalize('NFKC').length);
  if (length > MAX_QUESTION_LENGTH) {
    throw invalid(
      'question',
      `${cleaned.slice(0, 40)}...`,
      `it has ${length} characters; at most ${MAX_QUESTION_LENGTH} are accepted`,
      'Shorten the question.',
    );
  }
  return cleaned;
}

/** @throws INVALID_ARGUMENT unless `value` is an integer within the bounds. */
export function checkWhole(field: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw invalid(
    field,
    value,
    `it must be a whole number from ${low} to ${high}`,
    `For example ${field} ${Math.min(high, Math.max(low, Math.round(value) || low))}.`,
  );
}

/** Validates the question and the numbers of a request; returns the cleaned question. @throws INVALID_ARGUMENT */
export function checkRequest(request: RetrievalRequest): string {
  const isVectorOnly = request.vector !== undefined && request.question === '';
  const question = isVectorOnly ? '' : cleanQuestion(request.question);
  checkWhole('topK', request.topK ?? DEFAULT_TOP_K, 1, MAX_TOP_K);
  if (request.perDocument !== undefined) checkWhole('perDocument', request.perDocument, 1, MAX_TOP_K);
  if (request.neighbours !== undefined) checkWhole('neighbours', request.neighbours, 0, MAX_NEIGHBOURS);
  if (request.minScore !== undefined && !Number.isFinite(request.minScore)) {
    throw invalid('minScore', request.minScore, 'it must be a number', 'Omit it, or use a finite number.');
  }
  const weight = request.fusion?.vectorWeight;
  if (weight !== undefined && !(weight >= 0 && weight <= 1))
    throw invalid(
      'vectorWeight',
      weight,
      'it must be between 0 and 1',
      '0 is keyword search only, 1 vector search only.',
    );
  return question;
}

/**
 * Chooses the mode of a request. `auto` uses vectors only if a vector is given or the embedder is semantic.
 * @throws NO_EMBEDDER if the mode needs a vector and there is none.
 */
export function chooseMode(
  request: RetrievalRequest,
  collection: { readonly name: string; readonly embedder: string; readonly dimensions: number },
  embedder: Embedder | undefined,
): SearchMode {
  const mode = request.mode ?? 'auto';
  const hasVectors = collection.dimensions > 0 && (embedder !== undefined || request.vector !== undefined);
  // A vector without text can only be searched by vector.
  const isVectorOnly = request.vector !== undefined && request.question === '';
  if (mode === 'auto' && isVectorOnly && hasVectors) return 'vector';
  if (mode === 'auto' && !isVectorOnly)
    return hasVectors && (request.vector !== undefined || embedder?.semantic === true) ? 'hybrid' : 'lexical';
  if (mode !== 'auto' && !SEARCH_MODES.includes(mode))
    throw unknownName('INVALID_ARGUMENT', 'mode', mode, ['auto', ...SEARCH_MODES]);
  if (mode === 'auto' || (mode !== 'lexical' && !hasVectors)) {
    throw new SragError(
      'NO_EMBEDDER',
      collection.dimensions === 0
        ? `${mode === 'auto' ? 'A vector query' : `Mode '${mode}'`} needs vectors, but collection '${collection.name}' has embedder 'none'.`
        : `Mode '${mode}' needs the question's vector, but no embedder is available for '${collection.embedder}'.`,
      {
        remedy: 'Use --mode lexical, or ingest with --embedder into another collection.',
        fields: { mode, collection: collection.name },
      },
    );
  }
  return mode;
}

const invalid = (field: string, value: unknown, problem: string, remedy: string): SragError =>
  new SragError('INVALID_ARGUMENT', `${field} is ${JSON.stringify(value)}: ${problem}.`, {
    remedy,
    fields: { field, value },
  });
