import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ids and texts of the rows, all in memory: for engines that only know vectors. */
export function readTexts(folder: string): { readonly ids: string[]; readonly texts: string[] } {
  const ids: string[] = [];
  const texts: string[] = [];
  const bytes = readFileSync(join(folder, 'texts.jsonl'));
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf(0x0a, from);
    if (to < 0) throw new Error('texts.jsonl ends within a line.');
    const [id, text] = JSON.parse(bytes.toString('utf8', from, to)) as [string, string];
    ids.push(id);
    texts.push(text);
    from = to + 1;
  }
  return { ids, texts };
}

export function folderOf(place: { readonly kind: string; readonly folder?: string }): string {
  if (place.folder === undefined) throw new Error(`It cannot read from ${place.kind}.`);
  return place.folder;
}

/**
 * Opens once a process, whatever is asked: native memory is given back only when V8 collects, which sees no need to,
 * and hundreds of openings would take all there is.
 */
export function openedOnce<Job, Opened>(open: (job: Job) => Opened): (job: Job) => Opened {
  let opened: Opened | undefined;
  return (job) => {
    opened ??= open(job);
    return opened;
  };
}
