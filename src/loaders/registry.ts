import type { Loader } from './port.ts';

interface LoaderEntry {
  /** Lower-case file name endings with the dot. */
  readonly extensions: readonly string[];
  readonly open: () => Promise<Loader>;
}

/** Every loader by name (its folder) with the file name endings that it answers for. */
export const LOADERS = {
  docx: { extensions: ['.docx'], open: async () => (await import('./docx/loader.ts')).docxLoader },
  html: {
    extensions: ['.html', '.htm', '.xhtml'],
    open: async () => (await import('./html/loader.ts')).htmlLoader,
  },
  jsonl: {
    extensions: ['.jsonl', '.jsonl.gz', '.ndjson', '.ndjson.gz'],
    open: async () => (await import('./jsonl/loader.ts')).jsonlLoader,
  },
  markdown: {
    extensions: ['.md', '.markdown', '.mdx'],
    open: async () => (await import('./markdown/loader.ts')).markdownLoader,
  },
  pdf: { extensions: ['.pdf'], open: async () => (await import('./pdf/loader.ts')).pdfLoader },
  text: {
    extensions: ['.txt', '.text', '.rst', '.adoc'],
    open: async () => (await import('./text/loader.ts')).textLoader,
  },
} as const satisfies Readonly<Record<string, LoaderEntry>>;

/** Name of a loader. */
export type LoaderName = keyof typeof LOADERS;
export const LOADER_NAMES = Object.keys(LOADERS) as readonly LoaderName[];
/** File name endings that can be loaded. */
export const EXTENSIONS: readonly string[] = LOADER_NAMES.flatMap((name) => LOADERS[name].extensions);

/** The loader for a file by its name's ending, or undefined. */
export function loaderNameFor(path: string): LoaderName | undefined {
  const lower = path.toLowerCase();
  return LOADER_NAMES.find((name) => LOADERS[name].extensions.some((extension) => lower.endsWith(extension)));
}

/** Whether the file is a dataset: records with ids of their own, streamed; else the file is one document. */
export const isDataset = (path: string): boolean => loaderNameFor(path) === 'jsonl';
