/** Link targets, tags and URLs. */
export const MARKUP = /\]\(|<|https?:\/\/\S+/g;
export const LINK_TARGETS_AND_TAGS = /\]\(|</g;
export const ASIDES = /\(/g;

const CLOSINGS: Readonly<Record<string, string>> = { '](': ')', '<': '>', '(': ')' };

/**
 * Splits a text into the parts outside and inside markup, which starts with `openings` and ends with the next
 * closing mark. Unclosed markup and `<>` are outside. Takes linear time, because each missing closing mark is
 * searched for only once.
 */
export function splitMarkup(
  text: string,
  openings: RegExp,
): { readonly outside: readonly string[]; readonly inside: readonly string[] } {
  const outside: string[] = [];
  const inside: string[] = [];
  const missing = new Set<string>();
  let from = 0;
  openings.lastIndex = 0;
  for (let found = openings.exec(text); found !== null; found = openings.exec(text)) {
    const [opening] = found;
    const first = found.index + opening.length;
    const closing = CLOSINGS[opening];
    const last = closing === undefined || missing.has(closing) ? -1 : text.indexOf(closing, first);
    if (closing !== undefined && last === -1) missing.add(closing);
    const isOpen = closing !== undefined && (last === -1 || (opening === '<' && last === first));
    openings.lastIndex = isOpen || closing === undefined ? first : last + 1;
    if (isOpen) continue;
    outside.push(text.slice(from, found.index));
    inside.push(text.slice(found.index, openings.lastIndex));
    from = openings.lastIndex;
  }
  outside.push(text.slice(from));
  return { outside, inside };
}

/** The text outside of markup. */
export const withoutMarkup = (text: string, openings: RegExp): string =>
  splitMarkup(text, openings).outside.join('');
