import { type Chunk, SragError, seededRandom, throwIfAborted } from '../../core/index.ts';
import { analyse } from '../../documents/lexical/index.ts';
import { type Candidate, candidatesOf } from './candidates.ts';

/** A chunk of the collection with its analysed terms, separated by spaces. */
export interface DraftPassage {
  readonly chunk: Chunk;
  readonly terms: string;
}

/** Settings of {@link draftQuestions}. */
export interface DraftOptions {
  /** All chunks of the collection, in any order; read two or more times. */
  readonly scan: () => AsyncIterable<readonly DraftPassage[]>;
  /** Questions at most. */
  readonly limit: number;
  /** The same seed and collection give the same questions. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** One line of the file: `srag compare` and `srag bench run` read it. */
export interface DraftedQuestion {
  readonly id: string;
  readonly text: string;
  readonly relevant: readonly string[];
  readonly answers?: readonly string[];
  readonly kind: Candidate['kind'];
  readonly synthetic: true;
}

/** A candidate with its document, and the terms that make it the same question as another. */
interface Draft extends Candidate {
  readonly documentId: string;
  readonly terms: readonly string[];
}

/** A question is ambiguous when chunks of more documents than this hold all of its terms: 5 %, 3 to 20. */
const ambiguousAbove = (documents: number): number => Math.min(20, Math.max(3, Math.floor(0.05 * documents)));

/**
 * Drafts known-item questions from headings, definitions and table rows, without a model: each has one right document.
 * Left out is what occurs in several documents, what names no subject, and what the words of many documents match.
 * @throws INVALID_ARGUMENT for a wrong limit or seed; INVALID_DATASET where nothing can be asked about
 */
export async function draftQuestions(options: DraftOptions): Promise<readonly DraftedQuestion[]> {
  const { limit, seed } = options;
  needWhole('limit', limit, 1);
  needWhole('seed', seed, 0);
  const { drafts, documents } = await collect(options);
  const waiting = inTurn(drafts, seed);
  const chosen: Draft[] = [];
  while (chosen.length < limit && waiting.length > 0) {
    const batch = waiting.splice(0, 4 * (limit - chosen.length));
    chosen.push(...(await unambiguous(batch, documents, options)).slice(0, limit - chosen.length));
  }
  if (chosen.length === 0) {
    throw new SragError('INVALID_DATASET', `No question can be drafted from ${documents} documents.`, {
      remedy:
        'Questions need headings, definitions or tables that only one document has. Write some by hand.',
      fields: { documents },
    });
  }
  return chosen.map(({ text, documentId, answer, kind }, index) => ({
    id: `q${index + 1}`,
    text,
    relevant: [documentId],
    ...(answer === undefined ? {} : { answers: [answer] }),
    kind,
    synthetic: true,
  }));
}

/** Candidates that one document alone has, by their terms. */
async function collect({
  scan,
  signal,
}: DraftOptions): Promise<{ drafts: readonly Draft[]; documents: number }> {
  const found = new Map<string, Draft | 'several'>();
  const documents = new Set<string>();
  for await (const passages of scan()) {
    throwIfAborted(signal);
    for (const { chunk } of passages) {
      const { documentId } = chunk;
      documents.add(documentId);
      for (const candidate of candidatesOf(chunk)) {
        const terms = [...new Set(analyse(candidate.text))].sort();
        const key = terms.join(' ');
        const other = found.get(key);
        if (other === 'several') continue;
        if (other !== undefined && other.documentId !== documentId) found.set(key, 'several');
        // Whatever order chunks come in, the same wording stays.
        else if (other === undefined || candidate.text < other.text)
          found.set(key, { ...candidate, documentId, terms });
      }
    }
  }
  found.delete('');
  const drafts = [...found.values()].filter((draft) => draft !== 'several');
  return { drafts, documents: documents.size };
}

/** A random order in which documents take turns, and kinds within a turn. */
function inTurn(drafts: readonly Draft[], seed: number): Draft[] {
  const random = seededRandom(seed);
  const sorted = drafts
    .map((draft) => ({ draft, key: `${draft.documentId}\n${draft.text}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const shuffled = sorted.map(({ draft }) => ({ draft, at: random() })).sort((a, b) => a.at - b.at);
  const count = (seen: Map<string, number>, key: string): number => {
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return before;
  };
  const ofDocument = new Map<string, number>();
  const ofKind = new Map<string, number>();
  return shuffled
    .map(({ draft }) => ({ draft, turn: count(ofDocument, draft.documentId) }))
    .map(({ draft, turn }) => ({ draft, turn, place: count(ofKind, `${turn} ${draft.kind}`) }))
    .sort((a, b) => a.turn - b.turn || a.place - b.place)
    .map(({ draft }) => draft);
}

/** Drafts whose terms occur together in few documents; a single term in one. */
async function unambiguous(
  drafts: readonly Draft[],
  documents: number,
  { scan, signal }: DraftOptions,
): Promise<readonly Draft[]> {
  // Candidates are looked up by their longest term, which is rarely a frequent one.
  const byTerm = Map.groupBy(drafts, ({ terms }) => terms.reduce((a, b) => (b.length > a.length ? b : a)));
  const holders = new Map(drafts.map((draft) => [draft, new Set<string>()]));
  for await (const passages of scan()) {
    throwIfAborted(signal);
    for (const { chunk, terms } of passages) {
      const present = new Set(terms.split(' '));
      for (const term of present)
        for (const draft of byTerm.get(term) ?? [])
          if (draft.terms.every((each) => present.has(each))) holders.get(draft)!.add(chunk.documentId);
    }
  }
  const most = ambiguousAbove(documents);
  return drafts.filter((draft) => {
    const { size } = holders.get(draft)!;
    return draft.terms.length === 1 ? size <= 1 : size <= most;
  });
}

function needWhole(field: 'limit' | 'seed', value: number, min: number): void {
  if (Number.isSafeInteger(value) && value >= min) return;
  throw new SragError('INVALID_ARGUMENT', `${field} is ${value}; it must be a whole number from ${min}.`, {
    fields: { field, value },
  });
}
