import type { TextRange } from '../../../documents/lexical/index.ts';
import { lineRanges } from '../line-ranges.ts';
import { type Clause, clausesOf } from './clauses.ts';
import { termOfWord } from './contrasts.ts';
import { isParticular, type Known, knownOf } from './names.ts';
import { isCapitalised, type Token, tokensOf } from './tokens.ts';

/** A sentence, line or row of a passage. */
export interface EvidenceUnit {
  readonly span: TextRange;
  readonly tokens: readonly Token[];
  readonly clauses: readonly Clause[];
}

/** A clause of a passage with its context. */
export interface EvidenceClause {
  readonly clause: Clause;
  readonly unit: EvidenceUnit;
  /** Weights of the terms of its context: sentence, continued clause and first row of the table. */
  readonly context: ReadonlyMap<string, number>;
}

/** Weights of context terms: from the rest of the sentence, and from a clause that this clause continues. */
const NEAR = 0.3;
export const CONTINUED = 0.85;
/** Text beyond this length supports only verbatim quotes, which bounds the time for large passages. */
const MAX_CHARACTERS = 50_000;
const PRONOUN = new Set(
  'it its he she they his her their this these those both such there here 이 이는 그 그는 그녀는 이를 이것은 그것은 해당 또한 단'.split(
    ' ',
  ),
);

/** A passage, analysed once for all statements that cite it. */
export interface Evidence {
  readonly units: readonly EvidenceUnit[];
  readonly clauses: readonly EvidenceClause[];
  readonly known: Known;
  /** Terms of names and identifiers. */
  readonly names: ReadonlySet<string>;
  /** Weight of a term; rare terms weigh more. */
  weightOf(term: string): number;
}

/** Analyses a passage; `around` is its title and headings, whose names count as known. */
export function evidenceOf(text: string, around: string): Evidence {
  const spans = lineRanges(text).filter(({ end }) => end <= MAX_CHARACTERS);
  const units = spans.map((span): EvidenceUnit => {
    const own = text.slice(span.start, span.end);
    return { span, tokens: tokensOf(own), clauses: clausesOf(own) };
  });
  const frequencies = new Map<string, number>();
  const clauses: EvidenceClause[] = [];
  let head: readonly string[] | undefined;
  let before: EvidenceUnit | undefined;
  for (const unit of units) {
    const isRow = unit.tokens[0]?.text === '|';
    const terms = unit.clauses.flatMap((clause) => [...clause.terms]);
    const around = new Map<string, number>();
    const put = (some: Iterable<string>, share: number): void => {
      for (const term of some) around.set(term, Math.max(share, around.get(term) ?? 0));
    };
    put(terms, NEAR);
    if (PRONOUN.has(unit.tokens[0]?.lower ?? '')) {
      for (const { subject } of before?.clauses ?? []) put(subject, CONTINUED);
    }
    if (isRow && head !== undefined) put(head, CONTINUED);
    head = isRow ? (head ?? terms) : undefined;
    before = unit;
    unit.clauses.forEach((clause, index) => {
      for (const term of clause.terms) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
      const context = new Map(around);
      const previous = clause.isContinued ? unit.clauses[index - 1] : undefined;
      // Clauses such as `and none by Matisse` and `who left` continue the whole preceding part.
      const isFragment = clause.isRelative || (clause.isDenied && clause.terms.size < 2);
      for (const term of previous?.[isFragment ? 'terms' : 'subject'] ?? []) context.set(term, CONTINUED);
      clauses.push({ clause, unit, context });
    });
  }
  return {
    units,
    clauses,
    known: knownOf([...tokensOf(around), ...units.flatMap(({ tokens }) => tokens)]),
    names: new Set(
      units.flatMap(({ tokens, clauses: own }) => [
        ...tokens
          .filter((token, at) => at > 0 && isCapitalised(token) && isParticular(token))
          .map(({ lower }) => termOfWord(lower)),
        ...own.flatMap(({ terms }) => [...terms].filter((term) => /\d$/.test(term))),
      ]),
    ),
    weightOf: (term) => Math.log(1 + (clauses.length + 1) / (frequencies.get(term) ?? 1)),
  };
}
