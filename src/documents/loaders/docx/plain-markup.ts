import type { HiddenStyles } from './hidden-styles.ts';
import { mathText } from './math-text.ts';
import {
  childNamed,
  childrenNamed,
  escapeXml,
  isElement,
  isOn,
  parseXml,
  type XmlElement,
} from './xml-tree.ts';

/** Elements that mammoth does not support or reads differently. XML without any of them is unchanged. */
const SPECIAL =
  /[<:](?:oMath|oMathPara|fldSimple|ruby|ptab|cr|br|noBreakHyphen|softHyphen|AlternateContent|txbxContent|vanish|dir|bdo|altChunk|ddList)[\s/>]/;

/** Data from the rest of the document, needed to rewrite one part. */
export interface MarkupContext {
  readonly hiddenStyles: HiddenStyles;
  /** The paragraphs of an embedded document, by the id of its relationship. */
  readonly paragraphsOf: (relationshipId: string) => readonly string[];
}

/**
 * Rewrites WordprocessingML into markup that mammoth supports. Replaces equations by text, fields by their
 * results, ruby by its base text, and all kinds of breaks and tabs by plain ones. Keeps the first alternative
 * that contains text or a picture, and removes hidden text.
 */
export function plainMarkup(xml: string, context: MarkupContext): string {
  const isPlain = context.hiddenStyles.isEmpty && !SPECIAL.test(xml);
  const root = isPlain ? undefined : parseXml(xml);
  return root === undefined ? xml : new Rewriter(root, context).write(root, '');
}

type Rewrite = (element: XmlElement, parent: string) => string;

class Rewriter {
  readonly #prefix: string;
  readonly #context: MarkupContext;

  constructor(root: XmlElement, context: MarkupContext) {
    const colon = root.qualifiedName.indexOf(':');
    this.#prefix = colon < 0 ? '' : root.qualifiedName.slice(0, colon + 1);
    this.#context = context;
  }

  write(node: XmlElement | string, parent: string): string {
    if (!isElement(node)) return escapeXml(node);
    return (this.#rewrites[node.name] ?? this.#copy)(node, parent);
  }

  readonly #copy: Rewrite = (element) => {
    const attributes = element.writtenAttributes
      .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
      .join('');
    const tag = element.qualifiedName;
    return `<${tag}${attributes}>${this.#children(element)}</${tag}>`;
  };

  /** Replaces the element by its content. */
  readonly #unwrap: Rewrite = (element, parent) =>
    element.children.map((child) => this.write(child, parent)).join('');

  readonly #rewrites: Readonly<Record<string, Rewrite>> = {
    'w:fldSimple': this.#unwrap,
    'w:dir': this.#unwrap,
    'w:bdo': this.#unwrap,
    'w:rubyBase': this.#unwrap,
    'w:rt': () => '',
    'w:rubyPr': () => '',
    'w:ruby': this.#unwrap,
    'w:ptab': () => this.#tag('tab'),
    'w:cr': () => this.#tag('br'),
    'w:br': () => this.#tag('br'),
    'w:noBreakHyphen': () => this.#tag('t', '-'),
    'w:softHyphen': () => '',
    'w:p': (element, parent) => {
      const style = childNamed(childNamed(element, 'w:pPr'), 'w:pStyle')?.attributes['w:val'];
      return this.#context.hiddenStyles.has(style) ? '' : this.#copy(element, parent);
    },
    'w:r': (element, parent) =>
      this.#isHidden(element) ? this.#fieldMarks(element) : this.#copy(element, parent),
    'w:fldChar': (element, parent) => this.#copy(element, parent) + this.#choice(element),
    'w:drawing': (element, parent) => {
      const boxes = textBoxes(element);
      return boxes.length === 0
        ? this.#copy(element, parent)
        : this.#tag('pict', boxes.map((box) => this.#copy(box, 'w:pict')).join(''));
    },
    'w:altChunk': (element) =>
      this.#context
        .paragraphsOf(element.attributes['r:id'] ?? '')
        .map((text) => this.#tag('p', this.#run(text)))
        .join(''),
    'mc:AlternateContent': (element, parent) => this.#firstWithWords(element, parent),
    'm:oMath': (element) => this.#run(mathText(element)),
    'm:oMathPara': (element, parent) => {
      const equations = childrenNamed(element, 'm:oMath').map((each) => this.#run(mathText(each)));
      const content = equations.join(this.#tag('r', this.#tag('br')));
      return parent === 'w:p' ? content : this.#tag('p', content);
    },
  };

  #firstWithWords(element: XmlElement, parent: string): string {
    const branches = element.children.filter(isElement).map((branch) => this.#unwrap(branch, parent));
    return branches.find((branch) => HAS_WORDS.test(branch)) ?? branches.at(-1) ?? '';
  }

  #isHidden(run: XmlElement): boolean {
    const properties = childNamed(run, 'w:rPr');
    const stated = childNamed(properties, 'w:vanish');
    if (stated !== undefined) return isOn(stated);
    return this.#context.hiddenStyles.has(childNamed(properties, 'w:rStyle')?.attributes['w:val']);
  }

  /** Keeps the field marks of a hidden run, because the field's result may be visible. */
  #fieldMarks(run: XmlElement): string {
    const marks = run.children.filter(
      (child) => isElement(child) && (child.name === 'w:fldChar' || child.name === 'w:instrText'),
    );
    return marks.length === 0
      ? ''
      : this.#tag('r', marks.map((mark) => this.#copy(mark as XmlElement, 'w:r')).join(''));
  }

  /** The selected entry of a drop-down field, which is stored in its properties. */
  #choice(mark: XmlElement): string {
    const list = childNamed(childNamed(mark, 'w:ffData'), 'w:ddList');
    if (list === undefined) return '';
    const index = (childNamed(list, 'w:result') ?? childNamed(list, 'w:default'))?.attributes['w:val'];
    const chosen = childrenNamed(list, 'w:listEntry')[Number(index ?? 0)]?.attributes['w:val'];
    return chosen === undefined ? '' : this.#tag('t', escapeXml(chosen));
  }

  #run(text: string): string {
    return this.#tag('r', this.#tag('t', escapeXml(text)));
  }

  #tag(name: string, content = ''): string {
    return `<${this.#prefix}${name}>${content}</${this.#prefix}${name}>`;
  }

  #children(element: XmlElement): string {
    return element.children.map((child) => this.write(child, element.name)).join('');
  }
}

/** Matches the text of a run, and pictures, because a picture's description counts as text. */
const HAS_WORDS = /<(?:[\w.-]+:)?(?:t|blip|imagedata)[\s>]/;

/** The outermost text boxes of a drawing. */
function textBoxes(element: XmlElement): XmlElement[] {
  return element.children
    .filter(isElement)
    .flatMap((child) => (child.name === 'w:txbxContent' ? [child] : textBoxes(child)));
}
