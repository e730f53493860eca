import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads ids and texts of the rows into memory, for engines that store only vectors. */
export function readTexts(folder: string): { readonly ids: string[]; readonly texts: string[] } {
  const ids: string[] = [];
  const texts: string[] = [];
  const bytes = readFileSync(join(folder, 'texts.jsonl'));
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf(0x0a, from);
    if (to < 0) throw new Error('texts.jsonl ends with an incomplete line.');
    const [id, text] = JSON.parse(bytes.toString('utf8', from, to)) as [string, string];
    ids.push(id);
    texts.push(text);
    from = to + 1;
  }
  return { ids, texts };
}

export function folderOf(place: { readonly kind: string; readonly folder?: string }): string {
  if (place.folder === undefined) throw new Error(`This candidate cannot read from ${place.kind}.`);
  return place.folder;
}

/**
 * Opens an index only once per process. V8 frees the native memory of closed ones only at garbage collection,
 * which nothing triggers, so hundreds of openings would exhaust the memory.
 */
export function openedOnce<Job, Opened>(open: (job: Job) => Opened): (job: Job) => Opened {
  let opened: Opened | undefined;
  return (job) => {
    opened ??= open(job);
    return opened;
  };
}
