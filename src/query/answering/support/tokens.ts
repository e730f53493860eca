/** A word, a run of Hangul, a number as written, or a sign (a punctuation mark or symbol). */
export interface Token {
  readonly kind: 'word' | 'hangul' | 'number' | 'sign';
  readonly text: string;
  /** In lower case. */
  readonly lower: string;
  /** True if there is no white space before the token. */
  readonly isJoined: boolean;
}

const KINDS = ['number', 'hangul', 'word', 'sign'] as const;
const TOKEN =
  /(\d+(?:[.,:]\d+)*)|(\p{Script=Hangul}+)|((?:(?!\p{Script=Hangul})[\p{L}\p{M}])+(?:['\u2019](?=\p{Script=Latin})\p{Script=Latin}+)*)|(\S)/gu;

/** The tokens of a text after NFKC, which maps full-width digits and letters to plain ones. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let end = -1;
  for (const match of text.normalize('NFKC').matchAll(TOKEN)) {
    const index = match.slice(1).findIndex((group) => group !== undefined);
    tokens.push({
      kind: KINDS[index]!,
      text: match[0],
      lower: match[0].toLowerCase().replaceAll('\u2019', "'"),
      isJoined: match.index === end,
    });
    end = match.index + match[0].length;
  }
  return tokens;
}

/** Whether a token begins with a capital letter. */
export const isCapitalised = ({ kind, text }: Token): boolean => kind === 'word' && /^\p{Lu}/u.test(text);
