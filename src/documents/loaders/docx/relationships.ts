import type { Archive } from './archive.ts';
import { childrenNamed, escapeXml, parseXml } from './xml-tree.ts';

/** A reference from a part of a package to another part or an external resource (ECMA-376 part 2, 6.5). */
export interface Relationship {
  readonly id: string;
  /**
   * The last segment of the relationship's type, such as `officeDocument`. It is the same in transitional and
   * strict files.
   */
  readonly kind: string;
  /** Name of the part, or the target as written if it is external. */
  readonly target: string;
  readonly isExternal: boolean;
}

const PACKAGE = '_rels/.rels';
const MAIN_KIND = 'officeDocument';
const TYPE_PREFIX = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/';
const NAME_SPACE = 'http://schemas.openxmlformats.org/package/2006/relationships';
const MAIN_CONTENT =
  /^application\/vnd\.(?:openxmlformats-officedocument\.wordprocessingml|ms-word)\..*main\+xml$/i;
const USUAL_MAIN_PART = 'word/document.xml';

/** Name of the part that contains the relationships of another part. */
export function relationshipsName(part: string): string {
  const slash = part.lastIndexOf('/');
  return `${part.slice(0, slash + 1)}_rels/${part.slice(slash + 1)}.rels`;
}

/** Whether the part of this name contains relationships. */
export const isRelationships = (name: string): boolean => /(?:^|\/)_rels\/[^/]*\.rels$/i.test(name);

/** The relationships in the part of this name; empty if it is missing or damaged. */
export function readRelationships(archive: Archive, name: string): readonly Relationship[] {
  const folder = name.slice(0, name.toLowerCase().lastIndexOf('_rels/'));
  const root = archive.has(name) ? parseXml(xmlText(archive.read(name))) : undefined;
  return childrenNamed(root, 'rel:Relationship').map(({ attributes }) => {
    const target = attributes.Target ?? '';
    const isExternal = attributes.TargetMode === 'External';
    return {
      id: attributes.Id ?? '',
      kind: (attributes.Type ?? '').split('/').at(-1)!,
      target: isExternal ? target : partName(target, folder),
      isExternal,
    };
  });
}

/** Relationships in the form that mammoth supports: transitional types, and part names from the package root. */
export function relationshipsXml(relationships: readonly Relationship[]): string {
  const written = relationships.map(({ id, kind, target, isExternal }) => {
    const where = isExternal
      ? `Target="${escapeXml(target)}" TargetMode="External"`
      : `Target="/${escapeXml(target)}"`;
    return `<Relationship Id="${escapeXml(id)}" Type="${TYPE_PREFIX}${escapeXml(kind)}" ${where}/>`;
  });
  return `<Relationships xmlns="${NAME_SPACE}">${written.join('')}</Relationships>`;
}

/**
 * The relationship to the main part: stated by the package, or else found by content type or by its usual
 * name.
 */
export function mainRelationship(archive: Archive): Relationship {
  const stated = readRelationships(archive, PACKAGE).find(
    ({ kind, target }) => kind === MAIN_KIND && archive.has(target),
  );
  return (
    stated ?? {
      id: 'main',
      kind: MAIN_KIND,
      target: mainByContent(archive) ?? USUAL_MAIN_PART,
      isExternal: false,
    }
  );
}

function mainByContent(archive: Archive): string | undefined {
  const name = '[Content_Types].xml';
  const root = archive.has(name) ? parseXml(xmlText(archive.read(name))) : undefined;
  return childrenNamed(root, 'ct:Override')
    .filter(({ attributes }) => MAIN_CONTENT.test(attributes.ContentType ?? ''))
    .map(({ attributes }) => partName(attributes.PartName ?? '', ''))
    .find((part) => archive.has(part));
}

/** Text of an XML part: UTF-8, or UTF-16 if it has a byte order mark. */
export function xmlText(bytes: Buffer): string {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}

/** Resolves a target relative to a folder (which ends in `/`) to a part name. */
function partName(target: string, folder: string): string {
  const [path = ''] = target.replaceAll('\\', '/').split('#', 1);
  const steps: string[] = [];
  for (const step of (path.startsWith('/') ? path : folder + path).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  try {
    return decodeURI(steps.join('/'));
  } catch {
    return steps.join('/');
  }
}
