import { tooComplex } from '../faults.ts';

/** XML that is nested deeper overflows the parser's stack. A nested table takes six levels. */
const MAX_DEPTH = 256;
/** Maximum elements, about as many as in 64 MiB of document XML. */
const MAX_ELEMENTS = 2_000_000;
/** The parser needs 2 KB of memory per element, so longer documents are parsed in slices. */
const SLICE_ELEMENTS = 20_000;
/** Depth of the paragraphs and tables of a document: `w:document`, `w:body`, `w:p`. */
const BODY_CHILD = 3;
const BODY = /^<(?:[\w.-]+:)?body[\s>]/;

/** A document's XML in slices. Each slice is a complete document with some of the paragraphs and tables. */
export interface XmlSlices {
  readonly count: number;
  slice(index: number): string;
}

/**
 * Checks the depth and number of elements of an XML text, and splits it between the children of its body.
 * This function only looks at tags; the parser checks the validity.
 * @throws FILE_TOO_COSTLY
 */
export function xmlSlices(xml: string): XmlSlices {
  let depth = 0;
  let elements = 0;
  let elementsOfSlice = 0;
  let body: { readonly start: number; end: number } | undefined;
  const cuts: number[] = [];
  for (let open = xml.indexOf('<'); open >= 0; ) {
    const end = endOfMarkup(xml, open);
    if (xml[open + 1] === '/') {
      if (depth === BODY_CHILD - 1 && body !== undefined) body.end = open;
      depth -= 1;
    } else if (xml[open + 1] !== '!' && xml[open + 1] !== '?') {
      elements += 1;
      elementsOfSlice += 1;
      depth += 1;
      if (depth > MAX_DEPTH) throw tooComplex('The XML of the document is nested deeper than', MAX_DEPTH);
      if (elements > MAX_ELEMENTS)
        throw tooComplex('The XML of the document has more elements than', MAX_ELEMENTS);
      if (depth === BODY_CHILD && body !== undefined && elementsOfSlice > SLICE_ELEMENTS) {
        cuts.push(open);
        elementsOfSlice = 0;
      }
      if (depth === BODY_CHILD - 1 && body === undefined && BODY.test(xml.slice(open, open + 40)))
        body = { start: end, end: xml.length };
      if (xml[end - 2] === '/') depth -= 1;
    }
    open = xml.indexOf('<', end);
  }
  if (body === undefined || cuts.length === 0) return { count: 1, slice: () => xml };
  const { start, end } = body;
  const bounds = [start, ...cuts.filter((cut) => cut < end), end];
  return {
    count: bounds.length - 1,
    slice: (index) => xml.slice(0, start) + xml.slice(bounds[index], bounds[index + 1]) + xml.slice(end),
  };
}

/** End of the tag, comment, CDATA section or instruction that begins at `open`. */
function endOfMarkup(xml: string, open: number): number {
  const after = (mark: string): number => {
    const at = xml.indexOf(mark, open);
    return at < 0 ? xml.length : at + mark.length;
  };
  if (xml.startsWith('<!--', open)) return after('-->');
  if (xml.startsWith('<![CDATA[', open)) return after(']]>');
  if (xml.startsWith('<?', open)) return after('?>');
  for (let at = open + 1; at < xml.length; at++) {
    const code = xml.charCodeAt(at);
    if (code === GREATER_THAN) return at + 1;
    if (code === QUOTE || code === APOSTROPHE) {
      const closing = xml.indexOf(xml[at]!, at + 1);
      if (closing < 0) return xml.length;
      at = closing;
    }
  }
  return xml.length;
}

const GREATER_THAN = 0x3e;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
