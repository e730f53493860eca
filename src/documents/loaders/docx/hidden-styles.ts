import { childNamed, childrenNamed, isOn, parseXml, type XmlElement } from './xml-tree.ts';

/** The styles of a document that hide their text (`w:vanish`, set directly or in a base style). */
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

/** Maximum length of a chain of base styles, which may be cyclic. */
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
