import { analyse } from '../../../documents/lexical/index.ts';
import type { Passage } from '../port.ts';
import { definesPlainly, spellsOut } from './definition.ts';
import { formOf, introduces } from './form.ts';
import {
  type AnalysedText,
  analyseText,
  type Credits,
  creditOf,
  MATCH,
  nearnessIn,
  WORD_MATCH,
} from './match.ts';
import type { Question } from './question/question.ts';
import type { Unit } from './units/units.ts';

/** A unit with what it says about the question. */
export interface UnitEvidence {
  readonly unit: Unit;
  readonly terms: ReadonlySet<string>;
  readonly credits: Credits;
  /** Features by name; absent ones are 0. */
  readonly features: Readonly<Record<string, number>>;
}

export interface PassageEvidence {
  readonly passage: Passage;
  /** 0 for the best passage. */
  readonly rank: number;
  /** Credits in the title and the headings above. */
  readonly titles: Credits;
  readonly units: readonly UnitEvidence[];
}

/** A unit before it has features. */
export interface ReadUnit {
  readonly unit: Unit;
  readonly text: AnalysedText;
  readonly credits: Credits;
}

/** A passage before its units have features. */
export interface ReadPassage {
  readonly passage: Passage;
  readonly rank: number;
  readonly units: readonly ReadUnit[];
}

/** Weight of words that are in a heading or an introduction instead of the unit itself. */
const CONTEXT = 0.9;
/** Maximum distance between an introduction and what it introduces, in blocks. */
const INTRODUCTION_REACH = 2;

/** The larger credit of each word. */
const either = (left: Credits, right: Credits, factor = 1): number[] =>
  left.map((credit, index) => Math.max(credit, factor * right[index]!));

/** Computes the features of a passage's units. */
export class UnitFeatures {
  readonly #question: Question;
  readonly #weights: readonly number[];
  readonly #topScore: number;
  readonly #none: Credits;
  /** Indexes of the words, the heaviest first. */
  readonly #byWeight: readonly number[];
  readonly #headings = new Map<string, Credits>();

  constructor(question: Question, weights: readonly number[], topScore: number) {
    this.#question = question;
    this.#weights = weights;
    this.#topScore = topScore;
    this.#none = question.words.map(() => 0);
    this.#byWeight = weights.map((_, index) => index).sort((left, right) => weights[right]! - weights[left]!);
  }

  /** Adds to each unit of a passage what it says about the question. */
  read({ passage, rank, units }: ReadPassage): PassageEvidence {
    const titles = this.#creditsIn([passage.title, ...passage.headingPath].join(' '));
    const whole = units.reduce<Credits>((held, { credits }) => either(held, credits), titles);
    const section = passage.headingPath.at(-1) ?? passage.title;
    const shared = {
      passage: this.#share(whole),
      score: Math.max(0, passage.score) / this.#topScore,
      rank: 1 / (1 + rank),
      top: rank === 0 ? 1 : 0,
      lastHeading: this.#share(this.#creditsIn(section)),
      headingShare: this.#headingShare(section),
    };
    const blocks = new Map<number, Credits>();
    for (const { unit, credits } of units)
      blocks.set(unit.block, either(blocks.get(unit.block) ?? this.#none, credits));
    const introductions = introductionsOf(units, this.#none);
    return {
      passage,
      rank,
      titles,
      units: units.map(({ unit, text, credits }, at) => {
        const local = this.#creditsIn(unit.heading);
        const heads = either(titles, local);
        const around = { heads, led: introductions[at]!, block: blocks.get(unit.block)! };
        return {
          unit,
          terms: text.termSet,
          credits,
          features: {
            ...shared,
            ...this.#ofWords(text, credits, around),
            ...this.#ofNeighbours(units, at, heads),
            ...this.#ofForm(
              units[at]!,
              this.#share(either(either(credits, heads, CONTEXT), around.led, CONTEXT)),
            ),
            localHeading: this.#share(local),
            first: at === 0 ? 1 : 0,
            position: Math.min(1, at / 12),
            blockStart: units[at - 1]?.unit.block === unit.block ? 0 : 1,
          },
        };
      }),
    };
  }

  /** The words in the unit itself, and with its headings and introduction. */
  #ofWords(
    text: AnalysedText,
    credits: Credits,
    { heads, led, block }: { heads: Credits; led: Credits; block: Credits },
  ): Record<string, number> {
    const { words, tokens } = this.#question;
    const own = this.#share(credits);
    const held = this.#share(either(credits, heads, CONTEXT));
    const withIntroduction = this.#share(either(either(credits, heads, CONTEXT), led, CONTEXT));
    const anywhere = either(either(credits, heads), led);
    const isMatch = (index: number): boolean => credits[index]! >= WORD_MATCH;
    const pairs = words.filter((_, index) => index > 0 && isMatch(index - 1) && isMatch(index)).length;
    const [rarest = -1, second = -1] = this.#byWeight;
    const creditNear = (index: number): number =>
      index === -1 ? 0 : Math.max(credits[index]!, 0.8 * heads[index]!);
    const fresh = Math.max(0, text.termSet.size - credits.filter((credit) => credit >= WORD_MATCH).length);
    return {
      own,
      ownSquared: own ** 2,
      held,
      led: withIntroduction,
      ledSquared: withIntroduction ** 2,
      heads: held - own,
      pairs: pairs / Math.max(1, words.length - 1),
      ...nearnessIn(text, words, this.#weights, credits, tokens),
      count: anywhere.filter((credit) => credit >= MATCH).length / Math.max(1, words.length),
      missing: words.filter(({ isName }, index) => isName && anywhere[index]! < MATCH).length,
      rarest: creditNear(rarest),
      second: creditNear(second),
      block: this.#share(either(block, heads, CONTEXT)),
      fresh: Math.log(1 + fresh) - 2,
    };
  }

  /** What the units before and after add. */
  #ofNeighbours(units: readonly ReadUnit[], at: number, heads: Credits): Record<string, number> {
    const creditsAt = (index: number): Credits => units[index]?.credits ?? this.#none;
    const own = either(creditsAt(at), heads);
    const [before, before2, after] = [creditsAt(at - 1), creditsAt(at - 2), creditsAt(at + 1)];
    const added = (credits: Credits, held: Credits): number =>
      this.#share(credits.map((credit, index) => Math.max(0, credit - held[index]!)));
    return {
      before: added(before, own),
      before2: added(before2, either(own, before)),
      after: added(after, own),
      beforeOwn: this.#share(before),
      afterOwn: this.#share(after),
    };
  }

  #ofForm({ unit }: ReadUnit, led: number): Record<string, number> {
    const { kind } = this.#question;
    const features: Record<string, number> = {
      isCode: unit.kind === 'code' ? 1 : 0,
      isRow: unit.kind === 'row' ? 1 : 0,
      isItem: unit.mark === '' ? 0 : 1,
      length: Math.log(1 + unit.text.length) - 4.5,
      short: unit.text.length < 40 ? 1 : 0,
    };
    for (const [name, value] of Object.entries(formOf(unit, kind))) {
      features[`is_${name}`] = value;
      features[`led_${name}`] = value * led;
    }
    if (kind === 'definition') {
      features.defines = definesPlainly(unit.text, questionTerms(this.#question)) ? 1 : 0;
      features.spellsOut = this.#question.words.some((word) => spellsOut(unit.text, word.text)) ? 1 : 0;
    }
    return features;
  }

  #share(credits: Credits): number {
    return credits.reduce((sum, credit, index) => sum + credit * this.#weights[index]!, 0);
  }

  #creditsIn(heading: string): Credits {
    if (heading === '') return this.#none;
    let credits = this.#headings.get(heading);
    if (credits === undefined) {
      const text = analyseText(heading);
      credits = this.#question.words.map((word) => creditOf(word, text));
      this.#headings.set(heading, credits);
    }
    return credits;
  }

  /** The share of a heading's words that the question contains. */
  #headingShare(heading: string): number {
    const { terms, hangul } = analyseText(heading);
    const words =
      terms.filter((term) => !/[가-힣]/u.test(term)).length + (hangul.match(/[가-힣]+/gu) ?? []).length;
    const held = this.#creditsIn(heading).filter((credit) => credit >= WORD_MATCH).length;
    return Math.min(1, held / Math.max(1, words));
  }
}

/** The terms of a question's words. */
export const questionTerms = ({ words }: Question): string[] =>
  words.flatMap(({ term, stem }) => (term === undefined ? analyse(stem) : [term]));

/** For each unit the credits of the sentence that introduces its list, table or code. */
function introductionsOf(units: readonly ReadUnit[], none: Credits): Credits[] {
  let credits = none;
  let block = Number.NEGATIVE_INFINITY;
  return units.map((each) => {
    const { unit } = each;
    const isListed = unit.mark !== '' || unit.kind !== 'sentence';
    const mine = isListed || unit.block - block <= INTRODUCTION_REACH ? credits : none;
    if (introduces(unit.text)) {
      credits = each.credits;
      block = unit.block;
    }
    return mine;
  });
}
