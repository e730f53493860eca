import { type SaxesAttributeNS, SaxesParser } from 'saxes';

/** An element with a short name (`w:p`) that does not depend on the file's namespace prefixes. */
export interface XmlElement {
  readonly name: string;
  /** The name as written in the file. */
  readonly qualifiedName: string;
  /** Attributes by short name, such as `w:val`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The attributes as written in the file, including namespace declarations. */
  readonly writtenAttributes: readonly (readonly [name: string, value: string])[];
  readonly children: (XmlElement | string)[];
}

/** Namespaces of Office Open XML (ECMA-376 transitional and strict, MS-DOCX) by the suffixes of their URIs. */
const SHORT_NAMES: readonly (readonly [ending: string, prefix: string])[] = [
  ['/wordprocessingml/main', 'w'],
  ['/wordprocessingml/2006/main', 'w'],
  ['/officeDocument/math', 'm'],
  ['/officeDocument/2006/math', 'm'],
  ['/officeDocument/relationships', 'r'],
  ['/officeDocument/2006/relationships', 'r'],
  ['/markup-compatibility/2006', 'mc'],
  ['/office/word/2010/wordml', 'w14'],
  ['/package/2006/relationships', 'rel'],
  ['/package/2006/content-types', 'ct'],
];

const shortName = (uri: string, local: string): string => {
  const prefix = SHORT_NAMES.find(([ending]) => uri.endsWith(ending))?.[1];
  return prefix === undefined ? local : `${prefix}:${local}`;
};

/** Parses XML into a tree; undefined if it is not well-formed, which mammoth will report. */
export function parseXml(xml: string): XmlElement | undefined {
  const parser = new SaxesParser({ xmlns: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  parser.on('opentag', ({ uri, local, name, attributes }) => {
    const element = elementOf(shortName(uri, local), name, Object.values(attributes));
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  const addText = (text: string): void => void open.at(-1)?.children.push(text);
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('error', (error) => {
    throw error;
  });
  try {
    parser.write(xml).close();
    return root;
  } catch {
    return undefined;
  }
}

const elementOf = (
  name: string,
  qualifiedName: string,
  attributes: readonly SaxesAttributeNS[],
): XmlElement => ({
  name,
  qualifiedName,
  attributes: Object.fromEntries(attributes.map(({ uri, local, value }) => [shortName(uri, local), value])),
  writtenAttributes: attributes.map((attribute) => [attribute.name, attribute.value]),
  children: [],
});

/** Whether a child is an element. */
export const isElement = (node: XmlElement | string): node is XmlElement => typeof node !== 'string';

export const childrenNamed = (element: XmlElement | undefined, name: string): XmlElement[] =>
  (element?.children ?? []).filter(isElement).filter((child) => child.name === name);

export const childNamed = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child): child is XmlElement => isElement(child) && child.name === name);

/** Whether a switch such as `w:vanish` is present and not turned off. */
export const isOn = (element: XmlElement | undefined): boolean =>
  element !== undefined && !['0', 'false', 'off'].includes(element.attributes['w:val'] ?? '1');

export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
