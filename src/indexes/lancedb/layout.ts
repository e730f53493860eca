/** Name of an index version's table, its folder below the version's prefix, and the key of its lexicon. */
export const INDEX_TABLE = 'chunks';
export const DATABASE = 'lance/';
export const LEXICON_FILE = 'lexicon.bin';
