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
  /** Yields all chunks of the collection in any order; called at least twice. */
  readonly scan: () => AsyncIterable<readonly DraftPassage[]>;
  /** Maximum number of questions. */
  readonly limit: number;
  /** The same seed and collection yield the same questions. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** One line of a question file, which `srag compare` and `srag bench run` read. */
export interface DraftedQuestion {
  readonly id: string;
  readonly text: string;
  readonly relevant: readonly string[];
  readonly answers?: readonly string[];
  readonly kind: Candidate['kind'];
  readonly synthetic: true;
}

/** A candidate with its document, and its terms for deduplication. */
interface Draft extends Candidate {
  readonly documentId: string;
  readonly terms: readonly string[];
}

/**
 * A question is ambiguous if more documents than this contain all of its terms: 5 % of the documents, but at
 * least 3 and at most 20.
 */
const ambiguousAbove = (documents: number): number => Math.min(20, Math.max(3, Math.floor(0.05 * documents)));

/**
 * Drafts known-item questions from headings, definitions and table rows, without a model; each has one relevant
 * document. Skips candidates that occur in several documents, are generic, or match many documents.
 * @throws INVALID_ARGUMENT for an invalid limit or seed; INVALID_DATASET if no question can be drafted
 */
export async function draftQuestions(options: DraftOptions): Promise<readonly DraftedQuestion[]> {
  const { limit, seed } = options;
  checkInteger('limit', limit, 1);
  checkInteger('seed', seed, 0);
  const { drafts, documents } = await collect(options);
  const remaining = inTurn(drafts, seed);
  const chosen: Draft[] = [];
  while (chosen.length < limit && remaining.length > 0) {
    const batch = remaining.splice(0, 4 * (limit - chosen.length));
    chosen.push(...(await unambiguous(batch, documents, options)).slice(0, limit - chosen.length));
  }
  if (chosen.length === 0) {
    throw new SragError('INVALID_DATASET', `No question can be drafted from ${documents} documents.`, {
      remedy:
        'Questions need headings, definitions or tables that occur in only one document. Write some questions by hand.',
      fields: { documents },
    });
  }
  return chosen.map(({ text, documentId, answer, kind }, index) => ({
    id: `q${index + 1}`,
    text,
    relevant: [documentId],
    answers: answer === undefined ? undefined : [answer],
    kind,
    synthetic: true,
  }));
}

/** The candidates that occur in only one document. Candidates with the same terms count as equal. */
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
        // Independent of the order of chunks: the first wording in sort order wins.
        else if (other === undefined || candidate.text < other.text)
          found.set(key, { ...candidate, documentId, terms });
      }
    }
  }
  found.delete('');
  const drafts = [...found.values()].filter((draft) => draft !== 'several');
  return { drafts, documents: documents.size };
}

/** Orders drafts: each turn takes one from every document, in seeded random order with alternating kinds. */
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

/** Drafts whose terms occur together in few documents, or in one document if there is a single term. */
async function unambiguous(
  drafts: readonly Draft[],
  documents: number,
  { scan, signal }: DraftOptions,
): Promise<readonly Draft[]> {
  // Drafts are looked up by their longest term, which is rarely a frequent one.
  const byTerm = Map.groupBy(drafts, ({ terms }) => terms.reduce((a, b) => (b.length > a.length ? b : a)));
  const matchingDocuments = new Map(drafts.map((draft) => [draft, new Set<string>()]));
  for await (const passages of scan()) {
    throwIfAborted(signal);
    for (const { chunk, terms } of passages) {
      const present = new Set(terms.split(' '));
      for (const term of present)
        for (const draft of byTerm.get(term) ?? [])
          if (draft.terms.every((each) => present.has(each)))
            matchingDocuments.get(draft)!.add(chunk.documentId);
    }
  }
  const maxDocuments = ambiguousAbove(documents);
  return drafts.filter((draft) => {
    const { size } = matchingDocuments.get(draft)!;
    return draft.terms.length === 1 ? size <= 1 : size <= maxDocuments;
  });
}

function checkInteger(field: 'limit' | 'seed', value: number, min: number): void {
  if (Number.isSafeInteger(value) && value >= min) return;
  throw new SragError('INVALID_ARGUMENT', `${field} is ${value}; it must be an integer >= ${min}.`, {
    fields: { field, value },
  });
}
