import { randomBytes } from 'node:crypto';
import { styleText } from 'node:util';
import { printable, printableLine, type SragError } from '../core/index.ts';

/** A stream for text that people read, not for machine-readable documents. */
type Output = NodeJS.WriteStream;

/** Marks the beginning or end of a style. It is random per process, so no text can contain it. */
const MARK = randomBytes(12).toString('base64url');
const FORMATS = { b: 'bold', d: 'dim', r: 'red', y: 'yellow' } as const;
const END = '.';

const styled =
  (format: keyof typeof FORMATS) =>
  (text: string): string =>
    MARK + format + text + MARK + END;

/** Styles of srag. {@link write} converts them to escape sequences after neutralising all others. */
export const style = { bold: styled('b'), dim: styled('d'), red: styled('r'), yellow: styled('y') };

/** A text without its styles. */
export const unstyled = (text: string): string =>
  text
    .split(MARK)
    .map((part, index) => (index === 0 ? part : part.slice(1)))
    .join('');

/** The text as written to `stream`: printable, with srag's own styles only, and none if NO_COLOR is set. */
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
 * Writes text for people. All output of the command line passes through here, because names, documents,
 * models and servers may contain escape sequences; `--json` output passes through `printableJson` first.
 */
export function write(stream: Output, text: string): void {
  stream.write(rendered(text, stream));
}

/** Warns on stderr about one of several items, such as a file or a collection. */
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

/** Writes all of a text to stdout; a reader that disconnects (`| head`) is not an error. */
export function print(text: string): Promise<void> {
  if (text === '') return Promise.resolve();
  const { stdout } = process;
  return new Promise((resolve) => {
    stdout.once('error', () => resolve());
    stdout.write(rendered(text.endsWith('\n') ? text : `${text}\n`, stdout), () => resolve());
  });
}

/** Replaces the line at the cursor. */
export function rewriteLine(stream: Output, line: string): void {
  stream.write(`\r\u001b[K${rendered(line, stream)}`);
}
