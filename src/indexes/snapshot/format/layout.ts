/** Rows per code block; their records are read together. */
export const BLOCK_ROWS = 32;
/** Alignment of records. */
export const UNIT_BYTES = 16;
/** Dimensions are padded with zeros to a multiple of this. */
const DIMENSION_STEP = 16;
/** Maximum number of dimensions; more would overflow the 16-bit sums of a scan. */
export const MAX_DIMENSIONS = 4_096;
/** Rounds of the rotation; see kernels/assembly/rotation.ts. */
export const ROTATION_ROUNDS = 4;

/** Size of a code block's head before its bit planes: checksum (u32), 12 unused, 32 correction factors (u16). */
export const FACTORS_AT = 16;
export const PLANES_AT = 80;

/** Size of a directory entry: checksum (u32), first record (u32, in units), 32 record lengths (u16, in units). */
export const DIRECTORY_ENTRY_BYTES = 72;
/** Maximum size of a record, in units. */
export const MAX_RECORD_UNITS = 65_535;

/**
 * Size of a record before its vector: checksum, id rank, scale (f32), payload sizes as stored and decoded.
 */
export const RECORD_HEADER_BYTES = 20;

/** Number of stored dimensions, including padding. */
export const paddedDimensions = (dimensions: number): number =>
  Math.ceil(dimensions / DIMENSION_STEP) * DIMENSION_STEP;

/** The largest power of two that is at most `dimensions`. */
export const hadamardSize = (dimensions: number): number => 2 ** Math.floor(Math.log2(dimensions));

/** Size of a code block. */
export const codeStride = (dimensions: number, codeBits: number): number =>
  PLANES_AT + codeBits * (paddedDimensions(dimensions) / 4) * 16;

/** Number of blocks for `rows` rows. */
export const blockCount = (rows: number): number => Math.ceil(rows / BLOCK_ROWS);

/**
 * Layout of the table of leaves: checksum (u32), 12 unused; for each leaf the scale (f32) of its centroid; for each
 * leaf the bonus (f32) added to its score; the int8 centroids. Both f32 lists are padded to multiples of 16 bytes.
 */
export const LEAVES_HEAD_BYTES = 16;
export const leafScalarsBytes = (leaves: number): number => Math.ceil(leaves / 4) * 16;
export const leafTableBytes = (leaves: number, dimensions: number): number =>
  LEAVES_HEAD_BYTES + 2 * leafScalarsBytes(leaves) + leaves * dimensions;

/** On a cold start, codes up to this size are all read and scanned, which saves reading the leaves first. */
export const COLD_SCAN_BYTES = 8 * 2 ** 20;
/** Size of the head before the lexicon: checksum (u32), 12 unused. The lexicon has its own format. */
export const LEXICON_HEAD_BYTES = 16;

/**
 * Directories up to this size (1.8 million rows) are prefetched. Of larger ones, only parts are read, one
 * wave of reads later.
 */
export const WHOLE_DIRECTORY_BYTES = 4 * 2 ** 20;
