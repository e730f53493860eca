import type { FileToLoad, LoadFailure } from './port.ts';

/** Which files of folders are taken. Files that are named themselves always are. */
export interface ListOptions {
  /** Sources are relative to it. */
  readonly projectRoot: string;
  /** What paths are relative to; default: the process's working folder. */
  readonly cwd?: string;
  /** Globs on the path within the walked folder; a glob without `/` also matches the file name alone. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Whether files and folders whose name begins with a dot are taken. Default false. */
  readonly hidden?: boolean;
  /** Whether symbolic links that lead out of the walked folder are followed. Default false. */
  readonly followLinks?: boolean;
  readonly signal?: AbortSignal;
}

/** How many files and links in the folders were passed over, by reason. */
export interface SkippedFiles {
  /** Loadable, and left out by ignore rules or globs. */
  readonly ignored: number;
  /** Neither loadable nor left out by rules or globs. */
  readonly unknownFormat: number;
  /** The first of them by source. */
  readonly unknownFormatFiles: readonly string[];
  /** Symbolic links that lead out of the walked folder. */
  readonly links: number;
  /** FIFOs, sockets and devices. */
  readonly special: number;
}

export interface FileListing {
  /** In order of their source, each once. */
  readonly files: readonly FileToLoad[];
  readonly failures: readonly LoadFailure[];
  /** Sources of what was named: files, and folders ending in `/` (`./` is the project root). */
  readonly roots: readonly string[];
  readonly skipped: SkippedFiles;
}
