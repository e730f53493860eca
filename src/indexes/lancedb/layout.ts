/** Name of an index version's table, and its folder below the version's prefix. */
export const INDEX_TABLE = 'chunks';
export const DATABASE = 'lance/';
