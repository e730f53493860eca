import { childNamed, childrenNamed, isElement, type XmlElement } from './xml-tree.ts';

/**
 * An equation of Office Open XML (ECMA-376 part 1, 22.1) on one line, similar to UnicodeMath's linear format:
 * `x=(-b±√(b^2-4ac))/2a`.
 */
export function mathText(element: XmlElement): string {
  const write = WRITERS[element.name];
  return write === undefined ? childrenText(element) : write(element);
}

const childrenText = (element: XmlElement): string =>
  element.children.filter(isElement).map(mathText).join('');

const part = (element: XmlElement, name: string): string => {
  const child = childNamed(element, name);
  return child === undefined ? '' : childrenText(child);
};

/** Adds brackets around a text that is more than a number or a letter. */
const grouped = (text: string): string => (/^(?:[\p{N}.,]+|\p{L})?$/u.test(text) ? text : `(${text})`);

const raised = (mark: '^' | '_', text: string): string => (text === '' ? '' : mark + grouped(text));

/** The character of a bracket or operator: the stated one, which may be '', or `byDefault` if none is stated. */
function drawnWith(element: XmlElement, property: string, byDefault: string): string {
  const properties = element.children.find(
    (child): child is XmlElement => isElement(child) && child.name === `${element.name}Pr`,
  );
  const stated = childNamed(properties, property);
  return stated === undefined ? byDefault : (stated.attributes['m:val'] ?? '');
}

const withScripts = (element: XmlElement): string =>
  part(element, 'm:e') + raised('_', part(element, 'm:sub')) + raised('^', part(element, 'm:sup'));

const textOf = (element: XmlElement): string =>
  element.children.map((child) => (isElement(child) ? '' : child)).join('');

const nothing = (): string => '';

const WRITERS: Readonly<Record<string, (element: XmlElement) => string>> = {
  'm:t': textOf,
  'w:t': textOf,
  'w:tab': () => ' ',
  'w:br': () => ' ',
  'w:del': nothing,
  'w:moveFrom': nothing,
  'm:sSup': withScripts,
  'm:sSub': withScripts,
  'm:sSubSup': withScripts,
  'm:sPre': (element) =>
    raised('_', part(element, 'm:sub')) + raised('^', part(element, 'm:sup')) + part(element, 'm:e'),
  'm:f': (element) => `${grouped(part(element, 'm:num'))}/${grouped(part(element, 'm:den'))}`,
  'm:rad': (element) => `${raised('^', part(element, 'm:deg'))}√${grouped(part(element, 'm:e'))}`,
  'm:nary': (element) =>
    `${drawnWith(element, 'm:chr', '∫')}${raised('_', part(element, 'm:sub'))}${raised('^', part(element, 'm:sup'))} ${part(element, 'm:e')}`,
  'm:limLow': (element) => part(element, 'm:e') + raised('_', part(element, 'm:lim')),
  'm:limUpp': (element) => part(element, 'm:e') + raised('^', part(element, 'm:lim')),
  'm:func': (element) => `${part(element, 'm:fName')} ${part(element, 'm:e')}`,
  'm:d': (element) =>
    drawnWith(element, 'm:begChr', '(') +
    childrenNamed(element, 'm:e')
      .map(childrenText)
      .join(drawnWith(element, 'm:sepChr', '|')) +
    drawnWith(element, 'm:endChr', ')'),
  'm:m': (element) => `(${childrenNamed(element, 'm:mr').map(rowText).join('; ')})`,
  'm:eqArr': (element) => childrenNamed(element, 'm:e').map(childrenText).join('; '),
};

const rowText = (row: XmlElement): string => childrenNamed(row, 'm:e').map(childrenText).join(', ');
