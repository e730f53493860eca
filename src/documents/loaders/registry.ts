import type { LoaderName } from './formats.ts';
import type { Loader } from './port.ts';

/** Loaders by name (their folder). */
export const LOADERS: Readonly<Record<LoaderName, () => Promise<Loader>>> = {
  docx: async () => (await import('./docx/loader.ts')).docxLoader,
  html: async () => (await import('./html/loader.ts')).htmlLoader,
  jsonl: async () => (await import('./jsonl/loader.ts')).jsonlLoader,
  markdown: async () => (await import('./markdown/loader.ts')).markdownLoader,
  pdf: async () => (await import('./pdf/loader.ts')).pdfLoader,
  text: async () => (await import('./text/loader.ts')).textLoader,
};
