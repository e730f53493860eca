import { endsSentence, introduces, isStatement, refersBack } from './form.ts';
import { MARKUP, splitMarkup } from './markup.ts';
import type { PassageEvidence, UnitEvidence } from './unit-features.ts';

/** A unit with the probability that it contains the answer. */
export interface Candidate {
  readonly passage: PassageEvidence;
  /** Position among the units of its passage. */
  readonly position: number;
  readonly evidence: UnitEvidence;
  /** The learned sum of its features, for comparison with the units of other questions. */
  readonly score: number;
  /** 0 to 1; the sum over all units is 1. */
  readonly chance: number;
}

/** Gives candidates the probabilities of a softmax over their scores. */
export function withChances<Scored extends object>(
  scored: readonly Scored[],
  scoreOf: (scored: Scored) => number,
): (Scored & { readonly chance: number })[] {
  const scores = scored.map(scoreOf);
  const top = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const exponentials = scores.map((score) => Math.exp(score - top));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return scored.map((each, index) => ({ ...each, chance: exponentials[index]! / total }));
}

/** Consecutive units of a passage that the answer quotes. */
export interface Place {
  readonly passage: PassageEvidence;
  readonly candidates: readonly Candidate[];
  /** The probability that it contains the answer, 0 to 1. */
  readonly chance: number;
}

/** Maximum number of places. */
const MAX_PLACES = 3;
/** Minimum probability per character of further units. A lower value gives longer answers. */
const MIN_CHANCE_PER_CHARACTER = 0.0002;
/** Growth of the minimum per character of the answer so far. A higher value shortens long answers. */
const MIN_CHANCE_GROWTH = 0.00000025;
/** What a further place must add, because it interrupts the reader. */
const PLACE_COST = 0.02;
/** Value of a unit next to a selected one, which it explains. */
const NEIGHBOUR_VALUE = 0.005;
/** Added to the length of units, so that very short ones have no advantage. */
const OVERHEAD = 20;
/** Longer sentences with a colon at the end say more than that something follows. */
const MAX_LABEL = 40;
/** Units that share more of their terms are duplicates. */
const SAME = 0.7;
/** Texts with a larger share of link targets are lists of links. */
const MAX_MARKUP_SHARE = 0.5;

/**
 * Whether an answer may quote a unit: code only if it is asked for, no records, no lists of links, no captions that only
 * repeat the question.
 */
export function isQuotable(
  { unit, terms, credits }: UnitEvidence,
  source: string,
  asksForCode: boolean,
): boolean {
  if (unit.kind === 'code') return asksForCode && credits.some((credit) => credit > 0);
  const isCaption = unit.kind === 'sentence' && !endsSentence(unit.text);
  if (isCaption && terms.size <= credits.filter((credit) => credit === 1).length) return false;
  return isStatement(unit.text) && markupShare(source.slice(unit.start, unit.end)) <= MAX_MARKUP_SHARE;
}

/** The share of link targets, URLs and tags in a text, 0 to 1. */
const markupShare = (text: string): number =>
  splitMarkup(text, MARKUP).inside.reduce((sum, mark) => sum + mark.length, 0) / Math.max(1, text.length);

/**
 * Selects the places to quote, most probable first. Starts with the most probable unit. Then adds its neighbours, or up to
 * two other places, as long as they are worth their length.
 * @param candidates In the order of the passages and their units
 */
export function selectPlaces(candidates: readonly Candidate[], maxCharacters: number): Place[] {
  if (candidates.length === 0) return [];
  const selection = new Selection(candidates, maxCharacters);
  while (selection.addBest());
  return selection.places();
}

class Selection {
  readonly #candidates: readonly Candidate[];
  readonly #maxCharacters: number;
  readonly #selected = new Set<number>();
  #characters = 0;
  #places = 0;

  constructor(candidates: readonly Candidate[], maxCharacters: number) {
    this.#candidates = candidates;
    this.#maxCharacters = maxCharacters;
    const best = candidates.reduce(
      (top, { chance }, index) => (chance > candidates[top]!.chance ? index : top),
      0,
    );
    this.#add(best, true);
    this.#complete(best);
  }

  /** Adds the unit that adds most for its length; returns false if none adds enough. */
  addBest(): boolean {
    let best: number | undefined;
    let value = MIN_CHANCE_PER_CHARACTER + MIN_CHANCE_GROWTH * this.#characters;
    for (const [index, candidate] of this.#candidates.entries()) {
      const { length } = candidate.evidence.unit.text;
      if (this.#selected.has(index) || this.#characters + length > this.#maxCharacters) continue;
      const isBeside = this.#isBeside(index);
      if (!isBeside && this.#places === MAX_PLACES) continue;
      const gain = (candidate.chance + (isBeside ? NEIGHBOUR_VALUE : -PLACE_COST)) / (length + OVERHEAD);
      if (gain <= value || this.#isRepeated(candidate)) continue;
      value = gain;
      best = index;
    }
    if (best === undefined) return false;
    const isNewPlace = !this.#isBeside(best);
    this.#add(best, isNewPlace);
    if (isNewPlace) this.#complete(best);
    return true;
  }

  places(): Place[] {
    const found: { passage: PassageEvidence; candidates: Candidate[]; chance: number }[] = [];
    for (const index of [...this.#selected].sort((left, right) => left - right)) {
      const candidate = this.#candidates[index]!;
      const open = found.at(-1);
      if (open !== undefined && follows(candidate, open.candidates.at(-1)!)) {
        open.candidates.push(candidate);
        open.chance += candidate.chance;
      } else found.push({ passage: candidate.passage, candidates: [candidate], chance: candidate.chance });
    }
    return found.map(withoutLabel).sort((left, right) => right.chance - left.chance);
  }

  #add(index: number, isNewPlace: boolean): void {
    this.#selected.add(index);
    this.#characters += this.#candidates[index]!.evidence.unit.text.length + 1;
    if (isNewPlace) this.#places += 1;
  }

  /** Adds the sentence before, if the selected unit refers to it or is a list item or row that it introduces. */
  #complete(index: number): void {
    const candidate = this.#candidates[index]!;
    const before = this.#candidates[index - 1];
    if (before === undefined || this.#selected.has(index - 1) || !follows(candidate, before)) return;
    const { unit } = candidate.evidence;
    const { unit: previous } = before.evidence;
    const isNeeded =
      introduces(previous.text) ||
      (unit.kind === 'sentence' && refersBack(unit.text) && previous.block === unit.block);
    if (isNeeded && this.#characters + previous.text.length <= this.#maxCharacters)
      this.#add(index - 1, false);
  }

  #isBeside(index: number): boolean {
    const candidate = this.#candidates[index]!;
    return (
      (this.#selected.has(index - 1) && follows(candidate, this.#candidates[index - 1]!)) ||
      (this.#selected.has(index + 1) && follows(this.#candidates[index + 1]!, candidate))
    );
  }

  #isRepeated({ evidence }: Candidate): boolean {
    return [...this.#selected].some((index) =>
      isDuplicate(evidence.terms, this.#candidates[index]!.evidence.terms),
    );
  }
}

/** Removes labels at the end (`For example:`), because the answer does not quote what they introduce. */
function withoutLabel(place: Place): Place {
  const last = place.candidates.at(-1)!;
  const { text } = last.evidence.unit;
  if (place.candidates.length === 1 || text.length > MAX_LABEL || !introduces(text)) return place;
  const chance = place.chance - last.chance;
  return withoutLabel({ passage: place.passage, candidates: place.candidates.slice(0, -1), chance });
}

/** Whether a unit directly follows another one of the same passage. */
const follows = (later: Candidate, earlier: Candidate): boolean =>
  later.passage === earlier.passage && later.position === earlier.position + 1;

function isDuplicate(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  let common = 0;
  for (const term of left) if (right.has(term)) common += 1;
  return common > SAME * Math.max(1, left.size + right.size - common);
}
