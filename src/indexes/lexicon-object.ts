import { hasCode, SragError } from '../core/index.ts';
import { Lexicon } from '../documents/lexical/index.ts';
import type { OpenContext } from './port.ts';

/** Key of a version's lexicon, below its prefix. */
export const LEXICON_FILE = 'lexicon.bin';

/** Reads the lexicon of a version. @throws DAMAGED_STORE if it is damaged or missing */
export async function readLexicon({
  storage,
  prefix,
}: Pick<OpenContext, 'storage' | 'prefix'>): Promise<Lexicon> {
  const key = prefix + LEXICON_FILE;
  try {
    return Lexicon.fromBytes((await storage.read(key)).bytes);
  } catch (error) {
    if (!hasCode(error, 'OBJECT_NOT_FOUND')) throw error;
    throw new SragError('DAMAGED_STORE', `The lexicon of the index is missing ('${key}').`, {
      remedy: 'Build the index again: srag index build KIND.',
      fields: { key },
      cause: error,
    });
  }
}
