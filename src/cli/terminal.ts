import { randomBytes } from 'node:crypto';
import { styleText } from 'node:util';
import { printable, printableLine, type SragError } from '../core/index.ts';

/** What everything but documents for programs is written to. */
type Output = NodeJS.WriteStream;

/** Marks where a style begins or ends. No text can hold it: it is made anew for each process. */
const MARK = randomBytes(12).toString('base64url');
const FORMATS = { b: 'bold', d: 'dim', r: 'red', y: 'yellow' } as const;
const END = '.';

const styled =
  (format: keyof typeof FORMATS) =>
  (text: string): string =>
    MARK + format + text + MARK + END;

/** Styles that srag uses. They become escape sequences in {@link write}, after all other ones were neutralised. */
export const style = { bold: styled('b'), dim: styled('d'), red: styled('r'), yellow: styled('y') };

/** A text without its styles. */
export const unstyled = (text: string): string =>
  text
    .split(MARK)
    .map((part, index) => (index === 0 ? part : part.slice(1)))
    .join('');

/** The text as `stream` may get it: printable, with srag's own styles alone; without any where NO_COLOR is set. */
export function rendered(text: string, stream: Output): string {
  return text
    .split(MARK)
    .map((part, index) => {
      if (index === 0) return printable(part);
      const format = FORMATS[part.charAt(0) as keyof typeof FORMATS];
      const body = printable(part.slice(1));
      return format === undefined || body === '' ? body : styleText(format, body, { stream });
    })
    .join('');
}

/**
 * Writes text for people. Everything that the command line shows goes through here, as names, documents, models and
 * servers may hold escape sequences; `--json` goes through `printableJson` before.
 */
export function write(stream: Output, text: string): void {
  stream.write(rendered(text, stream));
}

/** Says on stderr what is wrong with one of several things, such as a file or a collection. */
export function warnOf(
  name: string,
  {
    code,
    message,
    upstream,
    remedy,
  }: Pick<SragError, 'code' | 'message'> & Partial<Pick<SragError, 'upstream' | 'remedy'>>,
): void {
  const first = style.yellow(`${printableLine(name)}: ${code}: ${printableLine(message)}`);
  const said = upstream === undefined ? '' : `\n  ${printableLine(upstream)}`;
  write(process.stderr, `${first}${said}${remedy === undefined ? '' : `\n  ${remedy}`}\n`);
}

/** Writes to stdout, to its end; a reader that has gone (`| head`) is no error. */
export function print(text: string): Promise<void> {
  if (text === '') return Promise.resolve();
  const { stdout } = process;
  return new Promise((resolve) => {
    stdout.once('error', () => resolve());
    stdout.write(rendered(text.endsWith('\n') ? text : `${text}\n`, stdout), () => resolve());
  });
}

/** Replaces the line that the cursor is in. */
export function rewriteLine(stream: Output, line: string): void {
  stream.write(`\r\u001b[K${rendered(line, stream)}`);
}
