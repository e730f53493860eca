import { loaderNameFor } from '../formats.ts';

/** What reads documents that stand within another, by the name of their loader. */
export type EmbeddedReaders = Readonly<Partial<Record<string, (bytes: Buffer) => string | Promise<string>>>>;

/** The paragraphs of a document that stands within another (`w:altChunk`); none where it cannot be read. */
export async function readEmbedded(
  name: string,
  bytes: Buffer,
  readers: EmbeddedReaders,
): Promise<readonly string[]> {
  try {
    const text = (await readers[loaderNameFor(name) ?? '']?.(bytes)) ?? '';
    return text.split(/\n+/).filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
}
