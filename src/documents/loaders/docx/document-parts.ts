import type { Archive } from './archive.ts';
import { HiddenStyles } from './hidden-styles.ts';
import { plainMarkup } from './plain-markup.ts';
import {
  isRelationships,
  mainRelationship,
  type Relationship,
  readRelationships,
  relationshipsName,
  relationshipsXml,
  xmlText,
} from './relationships.ts';
import { type XmlSlices, xmlSlices } from './xml-slices.ts';

const PACKAGE = '_rels/.rels';

/**
 * The parts of a document for mammoth. They are read from the archive and converted to plain markup; the main
 * part is split into slices.
 */
export class DocumentParts {
  readonly #archive: Archive;
  readonly #main: Relationship;
  readonly #relationships: readonly Relationship[];
  readonly #hiddenStyles: HiddenStyles;
  /** Paragraphs of embedded documents by relationship id. */
  readonly #embedded: ReadonlyMap<string, readonly string[]>;
  readonly #texts = new Map<string, XmlSlices>();
  #slice = 0;

  private constructor(
    archive: Archive,
    main: Relationship,
    relationships: readonly Relationship[],
    embedded: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#archive = archive;
    this.#main = main;
    this.#relationships = relationships;
    this.#embedded = embedded;
    const styles = relationships.find(({ kind }) => kind === 'styles')?.target;
    this.#hiddenStyles = new HiddenStyles(
      styles === undefined || !archive.has(styles) ? undefined : this.#slices(styles).slice(0),
    );
  }

  /** `readEmbedded` returns the paragraphs of an embedded document. */
  static async of(
    archive: Archive,
    readEmbedded: (name: string) => Promise<readonly string[]>,
  ): Promise<DocumentParts> {
    const main = mainRelationship(archive);
    const relationships = readRelationships(archive, relationshipsName(main.target));
    const embedded = new Map<string, readonly string[]>();
    for (const { id, kind, target } of relationships)
      if (kind === 'aFChunk' && archive.has(target)) embedded.set(id, await readEmbedded(target));
    return new DocumentParts(archive, main, relationships, embedded);
  }

  /** Input for mammoth in place of a file's bytes; mammoth accepts it, but its type declarations do not. */
  input(): { readonly buffer: Buffer } {
    const file = {
      exists: (name: string) => name === PACKAGE || this.#archive.has(name),
      read: async (name: string, encoding?: string) =>
        encoding === undefined ? this.#archive.read(name) : this.#text(name),
    };
    return { file } as unknown as { buffer: Buffer };
  }

  /** Advances to the next slice; false after the last. */
  nextSlice(): boolean {
    this.#slice += 1;
    return [...this.#texts.values()].some(({ count }) => this.#slice < count);
  }

  #text(name: string): string {
    if (name === PACKAGE) return relationshipsXml([this.#main]);
    if (name === relationshipsName(this.#main.target)) return relationshipsXml(this.#relationships);
    const known = this.#slices(name);
    const xml = known.slice(known.count === 1 ? 0 : this.#slice);
    if (isRelationships(name)) return xml;
    return plainMarkup(xml, {
      hiddenStyles: this.#hiddenStyles,
      paragraphsOf: (id) => this.#embedded.get(id) ?? [],
    });
  }

  #slices(name: string): XmlSlices {
    const known = this.#texts.get(name) ?? xmlSlices(xmlText(this.#archive.read(name)));
    this.#texts.set(name, known);
    return known;
  }
}
