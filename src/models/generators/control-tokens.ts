/**
 * Words in the control tokens of chat templates. A tag whose name consists of such words (`<start_of_turn>`,
 * `<tool▁calls▁begin>`, `<reserved_106>`) is a control token of a model family; few HTML or XML tags match.
 */
const TEMPLATE_WORDS = new Set(
  (
    'start begin end of turn tool tools function functions call calls response responses result results output ' +
    'outputs message messages im header role system user assistant human model developer ipython image audio video ' +
    'vision box ref quad reserved special unused extra token tokens fim prefix suffix middle pad hole sep reponame ' +
    'filename gh stars jupyter commit msg sentence think thought reasoning context eot eom eos bos unk mask cls sys ' +
    'inst available prompt settings content control sop eop invoke parameter parameters img b c q a'
  ).split(' '),
);
/** Single-word control tokens, which do not occur in markup, and `<s>`, which delimits texts in many families. */
const TOKENS = new Set(
  (
    's bos eos pad unk mask sep cls eot eom eod eop sop eoh eoa eosp think thinking thought reasoning scratchpad inst ' +
    'sys im unused reserved special image tools toolcall function invoke'
  ).split(' '),
);
/** Roles of a conversation: control tokens if they are a whole tag (`<system>`), otherwise ordinary names. */
const ROLES = new Set(
  'system user assistant human model developer tool ai bot instruction instructions'.split(' '),
);
/** Roles that start a line, in upper or lower case. Those that are also configuration keys need a capital. */
const ROLE_LINE =
  /^[ \t#>*_-]{0,16}(?:human|assistant|chatgpt|claude|user|system|ai|model|developer|tool|bot|instructions?|response)[ \t*_]{0,8}[:\uff1a]/gim;
const CAPITALISED = /^[^a-z]*[A-Z]|^[ \t]*#|^[^a-z]*(?:human|assistant|chatgpt|claude)/;
const COLON = /[:\uff1a]$/;

const ANGLE = /[<\uff1c\ufe64\u3008\u2329]/g;
/** Characters examined after `<`; longer names are not tokens. */
const WINDOW = 80;
/** Vertical bars and similar characters. */
const BAR = /^[\s<]{0,4}[|\u00a6\u01c0\u05c0\u2016\u2223\u23d0\u2502\u2503\u2758\u2759]/;
const TAG = /^[\s<]{0,4}\/?\s?([a-z0-9_\u2581][a-z0-9_\u2581:.-]{0,63})\s{0,4}(\/?[>\u3009\u232a]|[\s=])/i;
const BRACKETED = /[[\uff3b]([/\uff0f]?)([A-Za-z_\uff21-\uff3a\uff3f\uff41-\uff5a]{1,40})[\]\uff3d]/g;
const MINIMAX = /\](~!?b[\][])|\[(e~\[)/g;
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;
const NOT_ASCII = /[^\0-\x7f]/;

/**
 * Neutralises control tokens of the tokenizers and templates of all common model families (`<|...|>`, `<s>`, `[INST]`,
 * `<start_of_turn>`, `Human:` at the start of a line), also in full-width characters, and anything similar to srag's
 * own fence, by replacing one character with a similar one. Other code and markup is unchanged.
 */
export function neutraliseControlTokens(text: string): string {
  return text
    .replace(ANGLE, (angle, at: number) => (isControlTag(text, at) ? '\u2039' : angle))
    .replace(BRACKETED, (whole, slash: string, name: string, at: number, all: string) =>
      isBracketToken(name.normalize('NFKC'), isAfterWord(all, at)) ? `(${slash}${name})` : whole,
    )
    .replace(MINIMAX, (_, closing?: string, opening?: string) => `|${closing ?? opening}`)
    .replace(ROLE_LINE, (line) => (CAPITALISED.test(line) ? line.replace(COLON, '\u2236') : line));
}

function isControlTag(text: string, at: number): boolean {
  const raw = text.slice(at + 1, at + 1 + WINDOW);
  const next = NOT_ASCII.test(raw) ? raw.normalize('NFKC') : raw;
  if (BAR.test(next)) return true;
  if (/^\s*\/?\s*passage/i.test(next)) return true;
  const [, name = '', end = ''] = TAG.exec(next) ?? [];
  return name !== '' && isControlName(name, !/^[\s=]/.test(end), isAfterWord(text, at));
}

function isControlName(name: string, isWhole: boolean, isAfter: boolean): boolean {
  const lower = name.toLowerCase();
  if (/^(?:0x[0-9a-f]{2}|extra_id_\d+)$/.test(lower)) return true;
  const local = lower.slice(lower.lastIndexOf(':') + 1);
  const parts = local.split(/[_\u2581.-]/).map((part) => part.replace(/\d{1,9}$/, ''));
  if (parts.length > 1) {
    // A name after a word, as in `vector<size_t>`, is a type. A separate tag with an underscore is not HTML.
    const isTemplate = parts.every((part) => part === '' || TEMPLATE_WORDS.has(part));
    return isTemplate || (isWhole && !isAfter && /[_\u2581]/.test(local));
  }
  const [word = ''] = parts;
  // After a word, a name with a capital is a type, as in `Array<User>`.
  if (isAfter && name !== lower) return false;
  return TOKENS.has(word) ? isWhole || word !== 's' : isWhole && ROLES.has(word);
}

function isBracketToken(name: string, isAfter: boolean): boolean {
  if (/^[gs]MASK$/.test(name)) return true;
  if (name !== name.toUpperCase()) return false;
  const parts = name.toLowerCase().split('_');
  // A bracketed name after a word, as in `items[END]`, is an index.
  const isToken = (part: string): boolean => TOKENS.has(part) || part === 'img';
  return (
    parts.every((part) => part.length > 1 && (TEMPLATE_WORDS.has(part) || isToken(part))) &&
    (!isAfter || parts.length > 1 || isToken(name.toLowerCase()))
  );
}

const isAfterWord = (text: string, at: number): boolean => at > 0 && WORD_CHARACTER.test(text.charAt(at - 1));
