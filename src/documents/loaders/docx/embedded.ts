import { loaderNameFor } from '../formats.ts';

/** Readers of embedded documents by loader name. */
export type EmbeddedReaders = Readonly<Partial<Record<string, (bytes: Buffer) => string | Promise<string>>>>;

/** The paragraphs of an embedded document (`w:altChunk`); empty if it cannot be read. */
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
