import { EmphasisMarks } from './emphasis.ts';

/** Longer pieces are cut before they are read: no answer quotes them completely. */
const MAX_CHARACTERS = 2_000;

/** Quote marks at the start of the continued lines of a block quote. */
const QUOTE_MARKS = /\n[^\S\n]*(?:>[^\S\n]?)+/gu;
const SPACE = /[\s\p{Cc}]+/gu;
/** Characters that may be marks. */
const SPECIAL = /[\\`<{![\]*_&]/u;
const WORDS = /[^\\`<{![\]*_&]+/uy;
const TICKS = /`+/uy;
const ESCAPE = /\\([!-/:-@[-`{-~])/uy;
const AUTOLINK = /<([a-zA-Z][a-zA-Z\d+.-]*:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>/uy;
const TAG = /<\/?[a-zA-Z][^<>]*>/uy;
/** A tag whose attribute the end of the sentence cuts. */
const CUT_TAG = /<[a-zA-Z][\w-]*\s[^<>]*="[^<>"]*$/uy;
/** Includes of documentation generators: `{* file.py *}`, `{{ name }}`. */
const INCLUDE = /\{[*%{][^{}]*[*%}]\}/uy;
/** Attributes of documentation generators: `{ #anchor }`. */
const ATTRIBUTES = /\{\s*[#.:][^{}]*\}/uy;
const LINK_TARGET =
  /\(\s*(?:<[^<>]*>|(?:[^()\s<]|\([^()\s]*\))*)(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)/uy;
/** A target that the end of the sentence cuts. */
const CUT_TARGET = /\([^()\s]*(?:\s["'][^"'()]*)?$/uy;
const REFERENCE = /\[[^\][]*\]/uy;
const ENTITY = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z]{2,6}));/uy;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ndash: '–', mdash: '—', hellip: '…' },
  ...{ lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', copy: '©', reg: '®', trade: '™', times: '×' },
};

/**
 * The readable text of a piece of Markdown, up to 2,000 characters: link texts without their targets, no images, tags,
 * attributes and emphasis, white space and control characters collapsed. Code spans keep their backticks. Marks whose
 * other half is outside the piece are removed too. Takes linear time.
 */
export function quotableText(markdown: string): string {
  const text = markdown
    .slice(0, MAX_CHARACTERS)
    .replace(QUOTE_MARKS, ' ')
    .toWellFormed()
    .replace(SPACE, ' ')
    .trim();
  return SPECIAL.test(text) ? new InlineReader(text).read() : text;
}

/** Replacements at a character; the first pattern that matches there decides. */
const REPLACEMENTS: Readonly<
  Record<string, readonly (readonly [pattern: RegExp, text: (found: RegExpExecArray) => string])[]>
> = {
  '\\': [[ESCAPE, ([, character]) => character!]],
  '<': [
    [AUTOLINK, ([, address]) => address!],
    [TAG, () => ' '],
    [CUT_TAG, () => ' '],
  ],
  '{': [
    [INCLUDE, () => ' '],
    [ATTRIBUTES, () => ' '],
  ],
  '&': [[ENTITY, ([entity, decimal, hex, name]) => characterOf(decimal, hex, name) ?? entity]],
};

function characterOf(
  decimal: string | undefined,
  hex: string | undefined,
  name: string | undefined,
): string | undefined {
  if (name !== undefined) return ENTITIES[name];
  const point = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
  return point > 0x10_ff_ff ? undefined : String.fromCodePoint(point).toWellFormed();
}

/** Reads the inline marks of a text from left to right. */
class InlineReader {
  readonly #text: string;
  readonly #pieces: string[] = [];
  readonly #emphasis: EmphasisMarks;
  /** Brackets that are not closed yet. */
  readonly #brackets: { readonly piece: number; readonly end: number; readonly isImage: boolean }[] = [];
  readonly #ticks: ReadonlyMap<number, number>;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#emphasis = new EmphasisMarks(text, this.#pieces);
    this.#ticks = closingTicks(text);
  }

  read(): string {
    while (this.#at < this.#text.length) {
      const words = this.#match(WORDS);
      if (words === undefined) this.#readMark(this.#text.charAt(this.#at));
      else this.#pieces.push(words[0]);
    }
    // The end of the sentence cuts the link that this bracket begins.
    if (this.#brackets[0]?.piece === 0 && /^!?\[[\p{L}`]/u.test(this.#text)) this.#pieces[0] = '';
    this.#emphasis.end();
    return this.#pieces.join('').replace(SPACE, ' ').trim();
  }

  /** Matches a sticky pattern here, and moves behind the match. */
  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }

  #readMark(mark: string): void {
    if (mark === '*' || mark === '_') this.#at = this.#emphasis.read(this.#at);
    else if (mark === '`') this.#readTicks();
    else if (mark === '[') this.#openBracket(false);
    else if (mark === '!' && this.#text[this.#at + 1] === '[') this.#openBracket(true);
    else if (mark === ']') this.#closeBracket();
    else if (this.#text.startsWith('<!--', this.#at)) this.#readComment();
    else this.#replace(mark);
  }

  #replace(mark: string): void {
    for (const [pattern, text] of REPLACEMENTS[mark] ?? []) {
      const found = this.#match(pattern);
      if (found === undefined) continue;
      this.#pieces.push(text(found));
      return;
    }
    this.#pieces.push(mark);
    this.#at += 1;
  }

  #readTicks(): void {
    const { length } = this.#match(TICKS)![0];
    this.#at -= length;
    const close = this.#ticks.get(this.#at);
    const code = close === undefined ? '' : this.#text.slice(this.#at + length, close);
    const end = (close ?? this.#at) + length;
    const isPlain = close !== undefined && !code.includes('`') && code.trim() !== '';
    this.#pieces.push(isPlain ? `\`${code.trim()}\`` : this.#text.slice(this.#at, end));
    this.#at = end;
  }

  #readComment(): void {
    const end = this.#text.indexOf('-->', this.#at);
    this.#pieces.push(' ');
    this.#at = end === -1 ? this.#text.length : end + 3;
  }

  #openBracket(isImage: boolean): void {
    const mark = isImage ? '![' : '[';
    this.#brackets.push({ piece: this.#pieces.length, end: this.#at + mark.length, isImage });
    this.#pieces.push(mark);
    this.#at += mark.length;
  }

  #closeBracket(): void {
    const opening = this.#brackets.pop();
    const inside = opening === undefined ? '' : this.#text.slice(opening.end, this.#at);
    this.#at += 1;
    const isFootnote = inside.startsWith('^');
    const isLink =
      isFootnote ||
      this.#match(LINK_TARGET) !== undefined ||
      (opening !== undefined && this.#match(CUT_TARGET) !== undefined) ||
      (/\p{L}/u.test(inside) && this.#match(REFERENCE) !== undefined);
    if (!isLink) this.#pieces.push(']');
    else if (opening !== undefined && (opening.isImage || isFootnote)) {
      this.#emphasis.forgetFrom(opening.piece);
      this.#pieces.length = opening.piece;
      this.#pieces.push(isFootnote ? '' : ' ');
    } else if (opening !== undefined) this.#pieces[opening.piece] = '';
  }
}

/** For the start of each run of backticks that opens a code span, the start of the run that closes it. */
function closingTicks(text: string): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const next = new Map<number, number>();
  for (const { 0: ticks, index } of [...text.matchAll(/`+/gu)].reverse()) {
    const close = next.get(ticks.length);
    if (close !== undefined) closing.set(index, close);
    next.set(ticks.length, index);
  }
  return closing;
}
