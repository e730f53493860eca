import { SaxesParser } from 'saxes';
import { wireError } from '../wire-error.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/**
 * Content of an element: text, elements by name in order, or several elements of one name. Elements whose
 * content is undefined are omitted.
 */
export type XmlContent = string | number | boolean | undefined | XmlElements | readonly XmlContent[];
export interface XmlElements {
  readonly [name: string]: XmlContent;
}

/** An XML document in S3's format. */
export const xmlDocument = (root: string, content: XmlContent, namespace = NAMESPACE): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace === '' ? '' : ` xmlns="${namespace}"`}>${textOf(content)}</${root}>`;

const inside = (content: XmlElements): string =>
  Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');

function element(name: string, content: XmlContent): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((each: XmlContent) => element(name, each)).join('');
  return `<${name}>${textOf(content)}</${name}>`;
}

const textOf = (content: XmlContent): string =>
  typeof content === 'object'
    ? inside(content as XmlElements)
    : String(content).replaceAll(/[&<>"\r]/g, (character) => ESCAPES[character]!);

/** An element of a parsed document. */
export class ReadElement {
  readonly name: string;
  readonly children: ReadElement[] = [];
  /** The element's own text, without that of its children. */
  characters = '';

  constructor(name: string) {
    this.name = name;
  }

  /** The text of the first child with a name. */
  text(name: string): string | undefined {
    return this.all(name)[0]?.characters;
  }

  all(name: string): ReadElement[] {
    return this.children.filter((child) => child.name === name);
  }
}

/** Maximum nesting of elements; S3's documents have three levels. */
const MAX_DEPTH = 10;

/** Parses a document whose root element is `root`. @throws MalformedXML */
export function readXml(text: string, root: string): ReadElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: ReadElement[] = [new ReadElement('')];
  const [outermost] = open as [ReadElement];
  parser.on('error', fail);
  // S3's documents contain no document type declaration, so a request with one can only be an attack.
  parser.on('doctype', fail);
  parser.on('opentag', ({ local }) => {
    const element = new ReadElement(local);
    open.at(-1)!.children.push(element);
    if (open.push(element) > MAX_DEPTH) fail();
  });
  const characters = (found: string): void => {
    open.at(-1)!.characters += found;
  };
  parser.on('text', characters);
  parser.on('cdata', characters);
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  const [found] = outermost.children;
  return found?.name === root ? found : fail();
}

function fail(): never {
  throw wireError(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema.',
  );
}
