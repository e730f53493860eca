import { childNamed, childrenNamed, isOn, parseXml, type XmlElement } from './xml-tree.ts';

/** The styles of a document that hide what is written in them (`w:vanish`, their own or of the style they are based on). */
export class HiddenStyles {
  readonly #ids: ReadonlySet<string>;

  constructor(stylesXml: string | undefined) {
    const root =
      stylesXml === undefined || !/[<:]vanish[\s/>]/.test(stylesXml) ? undefined : parseXml(stylesXml);
    const styles = new Map(
      childrenNamed(root, 'w:style').map((style) => [style.attributes['w:styleId'] ?? '', style]),
    );
    this.#ids = new Set([...styles.keys()].filter((id) => isHidden(id, styles)));
  }

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  has(id: string | undefined): boolean {
    return id !== undefined && this.#ids.has(id);
  }
}

/** A chain of styles that ends in a circle ends at most so far. */
const MAX_CHAIN = 20;

function isHidden(id: string, styles: ReadonlyMap<string, XmlElement>): boolean {
  let style = styles.get(id);
  for (let step = 0; style !== undefined && step < MAX_CHAIN; step++) {
    const stated = childNamed(childNamed(style, 'w:rPr'), 'w:vanish');
    if (stated !== undefined) return isOn(stated);
    style = styles.get(childNamed(style, 'w:basedOn')?.attributes['w:val'] ?? '');
  }
  return false;
}
