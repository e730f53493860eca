import type { JsonValue, Metadata } from '../../../core/index.ts';
import { checkMetadata, MAX_METADATA_DEPTH } from '../check-metadata.ts';
import { tooComplex, tooLarge } from '../faults.ts';
import type { LoadLimits } from '../port.ts';

/**
 * YAML's explicit form of a key, `? key`. Front matter does not use it, and the parser takes exponential time
 * if such keys are nested.
 */
const EXPLICIT_KEY = /(?<=^|\s)\?(?=\s|$)/g;
const MAX_EXPLICIT_KEYS = 16;

const FENCED = /^---[^\S\n]*\n(?:([\s\S]*?)\n)?(?:---|\.\.\.)[^\S\n]*(?:\n|$)/;

/** Start of front matter, to recognise front matter that is too large to parse. */
const FIRST_KEY = /^\s*[\w-]+:\s/;

/** A Markdown source without its YAML front matter, and the values of the front matter. */
export interface FrontMatter {
  readonly body: string;
  readonly metadata: Metadata;
}

/**
 * Splits YAML front matter from a Markdown source. Anything between the fences that is not a YAML mapping is text
 * between two rules and stays in the body. Dates, integers beyond 2^53 and integers with leading zeros are kept as
 * written.
 */
export async function splitFrontMatter(source: string, limits: LoadLimits): Promise<FrontMatter> {
  const match = FENCED.exec(source);
  const yaml = match?.[1] ?? '';
  const sizeBytes = Buffer.byteLength(yaml);
  if (sizeBytes > limits.maxMetadataBytes) {
    if (FIRST_KEY.test(yaml))
      throw tooLarge('The front matter', sizeBytes, limits.maxMetadataBytes, 'maxMetadataBytes');
    return { body: source, metadata: {} };
  }
  const value = match === null ? undefined : await parseYaml(yaml);
  if (match === null || typeof value !== 'object' || Array.isArray(value))
    return { body: source, metadata: {} };
  const metadata = checkMetadata(asJson(value ?? {}) as Metadata, limits);
  return { body: source.slice(match[0].length), metadata };
}

/** The value of a YAML text; undefined if it is invalid. @throws FILE_TOO_COSTLY */
async function parseYaml(yaml: string): Promise<unknown> {
  if ((yaml.match(EXPLICIT_KEY)?.length ?? 0) > MAX_EXPLICIT_KEYS) return undefined;
  const { isCollection, isMap, isPair, isScalar, parseDocument, visit } = await import('yaml');
  // The parser's check for duplicate keys takes quadratic time; the check below takes linear time.
  const document = parseDocument(yaml, {
    schema: 'core',
    logLevel: 'error',
    uniqueKeys: false,
    prettyErrors: false,
  });
  const hasUniqueKeys = (node: unknown, depth: number): boolean => {
    if (!isCollection(node)) return true;
    if (depth === MAX_METADATA_DEPTH)
      throw tooComplex('The front matter is nested deeper than', MAX_METADATA_DEPTH);
    const keys = isMap(node) ? node.items.map(({ key }) => (isScalar(key) ? key.value : key)) : [];
    return (
      new Set(keys).size === keys.length &&
      node.items
        .flatMap((item) => (isPair(item) ? [item.key, item.value] : [item]))
        .every((child) => hasUniqueKeys(child, depth + 1))
    );
  };
  if (document.errors.length > 0 || !hasUniqueKeys(document.contents, 0)) return undefined;
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'number' && isName(scalar.source ?? '', scalar.value))
        scalar.value = scalar.source;
    },
  });
  try {
    return document.toJS({ maxAliasCount: 50 }) ?? null;
  } catch {
    return undefined;
  }
}

/** Whether an integer is an identifier that a number cannot represent: beyond 2^53, or with leading zeros. */
const isName = (source: string, value: number): boolean =>
  /^[-+]?\d+$/.test(source) && (!Number.isSafeInteger(value) || /^[-+]?0\d/.test(source));

/** Converts a YAML value to JSON: infinities and NaN become null. */
const asJson = (value: object): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;
