/** Lower-case file extensions, with the dot, by the name of the loader's folder. */
const FORMATS = {
  docx: ['.docx'],
  html: ['.html', '.htm', '.xhtml'],
  jsonl: ['.jsonl', '.jsonl.gz', '.ndjson', '.ndjson.gz'],
  markdown: ['.md', '.markdown', '.mdx'],
  pdf: ['.pdf'],
  text: ['.txt', '.text', '.rst', '.adoc'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Name of a loader. */
export type LoaderName = keyof typeof FORMATS;
export const LOADER_NAMES = Object.keys(FORMATS) as readonly LoaderName[];
/** Loadable file extensions. */
export const EXTENSIONS: readonly string[] = Object.values(FORMATS).flat();

/** The loader for a file by its extension, or undefined. */
export function loaderNameFor(path: string): LoaderName | undefined {
  const lower = path.toLowerCase();
  return LOADER_NAMES.find((name) => FORMATS[name].some((extension) => lower.endsWith(extension)));
}

/**
 * Whether the file is a dataset, whose records are streamed and have their own ids. Any other file is one
 * document.
 */
export const isDataset = (path: string): boolean => loaderNameFor(path) === 'jsonl';
