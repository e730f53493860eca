/** Table of an index version; its folder below the version's prefix; its lexicon's key. */
export const INDEX_TABLE = 'chunks';
export const DATABASE = 'lance/';
export const LEXICON_FILE = 'lexicon.bin';
