import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  docxParagraph,
  docxParts,
  PASSWORD_TRAILER,
  pdfOf,
  zipOf,
} from '../unit/documents/loaders/binary-samples.ts';
import type { CliProject } from './cli.ts';

/** Limits low enough that small files exceed them. */
export const SMALL_LIMITS = { maxFileBytes: 100_000, maxDecompressedBytes: 1_000_000, maxPages: 2 };

const DOCX = docxParts(docxParagraph('A good paragraph.'));
const RECORDS = Array.from(
  { length: 2_000 },
  (_, index) => `{"_id":"z${index}","text":"word ${index * 7919}"}`,
);

/** Files that cannot be ingested, and the expected error of each. */
export const BAD_FILES: readonly {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Location in the error: the path of the file, unless the error is in one of its lines. */
  readonly at?: string;
  readonly code: string;
  readonly message: RegExp;
  readonly remedy: RegExp;
}[] = [
  {
    path: 'empty.md',
    content: '',
    code: 'FILE_EMPTY',
    message: /0 bytes/,
    remedy: /Leave the file out, or add content/,
  },
  { path: 'blank.txt', content: ' \n\n\t', code: 'FILE_EMPTY', message: /./, remedy: /./ },
  {
    path: 'picture.md',
    content: Buffer.from('89504e470d0a1a0a0000000d49484452ff00fe80c001020304050607', 'hex'),
    code: 'FILE_BINARY',
    message: /binary/i,
    remedy: /./,
  },
  {
    path: 'cut.pdf',
    content: pdfOf(['text']).subarray(0, 90),
    code: 'FILE_DAMAGED',
    message: /PDF/,
    remedy: /Get the file again/,
  },
  {
    path: 'cut.docx',
    content: zipOf(DOCX).subarray(0, 500),
    code: 'FILE_DAMAGED',
    message: /./,
    remedy: /Get the file again/,
  },
  {
    path: 'cut.jsonl.gz',
    content: gzipSync(RECORDS.join('\n')).subarray(0, 3_000),
    code: 'FILE_DAMAGED',
    message: /./,
    remedy: /Get the file again/,
  },
  {
    path: 'large.txt',
    content: 'many words '.repeat(10_000),
    code: 'FILE_TOO_LARGE',
    message: /is 107\.4 KiB; the limit is 97\.7 KiB/,
    remedy: /raise limits\.maxFileBytes/,
  },
  {
    path: 'pages.pdf',
    content: pdfOf(['a', 'b', 'c']),
    code: 'TOO_MANY_PAGES',
    message: /3 pages; the limit is 2/,
    remedy: /limits\.maxPages/,
  },
  {
    path: 'bomb.docx',
    content: zipOf({ ...DOCX, 'word/styles.xml': ' '.repeat(3_000_000) }),
    code: 'FILE_TOO_LARGE',
    message: /word\/styles\.xml/,
    remedy: /limits\.maxFileBytes/,
  },
  {
    path: 'bomb.jsonl.gz',
    content: gzipSync('\n'.repeat(20_000_000)),
    code: 'FILE_TOO_LARGE',
    message: /the limit is 976\.6 KiB/,
    remedy: /limits\.maxDecompressedBytes/,
  },
  {
    path: 'secret.pdf',
    content: pdfOf(['secret'], { trailer: PASSWORD_TRAILER }),
    code: 'FILE_ENCRYPTED',
    message: /password|encrypted/,
    remedy: /without a password/,
  },
  {
    path: 'secret.docx',
    content: zipOf(DOCX, 1),
    code: 'FILE_ENCRYPTED',
    message: /password|encrypted/,
    remedy: /without a password/,
  },
  {
    path: 'broken.jsonl',
    content: '{"_id":"one","text":"first"}\n{"_id": "two", \n{"_id":"three","text":"third"}\n',
    at: 'broken.jsonl:2',
    code: 'INVALID_RECORD',
    message: /not valid JSON/,
    remedy: /one JSON object per line/,
  },
  {
    path: 'untyped.jsonl',
    content: '{"_id":"four","text":4}\n',
    at: 'untyped.jsonl:1',
    code: 'INVALID_RECORD',
    message: /'text'.* is 4, not a string/,
    remedy: /fieldMap/,
  },
  {
    path: 'twice.jsonl',
    content: '{"_id":"five","text":"kept"}\n{"_id":"five","text":"dropped"}\n',
    at: 'twice.jsonl:2',
    code: 'DUPLICATE_ID',
    message: /'five'.* line 2 .*line 1/,
    remedy: /a unique id/,
  },
  {
    path: 'zz-again.jsonl',
    content: '{"_id":"five","text":"in another file"}\n',
    at: 'zz-again.jsonl',
    code: 'DUPLICATE_ID',
    message: /'five' occurs more than once/,
    remedy: /a unique id/,
  },
];

/** Ids of the valid records in {@link BAD_FILES}. */
export const GOOD_RECORDS = ['one', 'three', 'five'];

/**
 * Writes the bad files, a dangling link (`gone.md`) and a named pipe without a writer (`pipe.md`) to a
 * folder.
 */
export async function writeBadFiles(project: CliProject, folder: string): Promise<void> {
  for (const { path, content } of BAD_FILES) await project.write(`${folder}/${path}`, content);
  await symlink('nowhere', join(project.folder, folder, 'gone.md'));
  execFileSync('mkfifo', [join(project.folder, folder, 'pipe.md')]);
}
