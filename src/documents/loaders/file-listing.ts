import type { FileToLoad, LoadFailure } from './port.ts';

/**
 * Options for listing files. They apply to files in folders; files that are named directly are always
 * included.
 */
export interface ListOptions {
  /** Folder to which sources are relative. */
  readonly projectRoot: string;
  /** Base of relative paths; default: the process's working folder. */
  readonly cwd?: string;
  /** Globs for paths within the walked folder; a glob without `/` also matches the file name alone. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Whether to include files and folders whose name begins with a dot. Default false. */
  readonly hidden?: boolean;
  /** Whether to follow symbolic links that lead out of the walked folder. Default false. */
  readonly followLinks?: boolean;
  readonly signal?: AbortSignal;
}

/** Number of files and links in folders that were skipped, by reason. */
export interface SkippedFiles {
  /** Files that could be loaded but are excluded by ignore rules or globs. */
  readonly ignored: number;
  /** Files that no loader supports, unless they are excluded by rules or globs. */
  readonly unknownFormat: number;
  /** Sources of the first files of unknown format. */
  readonly unknownFormatFiles: readonly string[];
  /** Symbolic links that lead out of the walked folder. */
  readonly links: number;
  /** FIFOs, sockets and devices. */
  readonly special: number;
}

export interface FileListing {
  /** Sorted by source, without duplicates. */
  readonly files: readonly FileToLoad[];
  readonly failures: readonly LoadFailure[];
  /** Sources of the paths that were listed: files, and folders ending in `/` (`./` is the project root). */
  readonly roots: readonly string[];
  readonly skipped: SkippedFiles;
}
