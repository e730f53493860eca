import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { processEnvironment } from '../config/index.ts';
import { SragError } from '../core/index.ts';

/** Values that scripts pass by mistake if a variable is missing. They are refused as keys. */
const UNSET = /^(undefined|null)$/i;

/**
 * Returns the API keys from the file (one per line), or from `SRAG_API_KEY` if no file is given; undefined if
 * neither is set. No option accepts the key itself, because other users of the machine can read command
 * lines.
 * @throws INVALID_ARGUMENT for a malformed key, PATH_NOT_FOUND
 */
export async function apiKeys(file: string | undefined): Promise<readonly string[] | undefined> {
  if (file === undefined) {
    const key = secretVariable('SRAG_API_KEY');
    return key === undefined ? undefined : [key];
  }
  const path = resolve(file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SragError('PATH_NOT_FOUND', `The API key file ${path} cannot be read (${code}).`, {
      remedy: 'Correct --api-key-file.',
      fields: { field: 'api-key-file', path },
    });
  });
  return text
    .trimEnd()
    .split('\n')
    .map((line, at) => checkedSecret(line, `Line ${at + 1} of ${path}`));
}

/** A secret from the environment, if set. @throws INVALID_ARGUMENT if it is malformed */
export function secretVariable(name: 'SRAG_API_KEY' | 'SRAG_API_TOKEN'): string | undefined {
  const text = processEnvironment()[name];
  return text === undefined ? undefined : checkedSecret(text, name);
}

/** Returns a secret without surrounding white space. The message of an error does not contain the secret. */
function checkedSecret(text: string, what: string): string {
  const secret = text.trim();
  const fault =
    secret === ''
      ? 'is empty'
      : UNSET.test(secret)
        ? `is the word '${secret}'`
        : /[^\x21-\x7e]/.test(secret)
          ? 'contains a space or a character that is not ASCII'
          : undefined;
  if (fault === undefined) return secret;
  throw new SragError('INVALID_ARGUMENT', `${what} ${fault}, so it is not a valid API key or token.`, {
    remedy: 'Correct it, or unset it if none is needed.',
    fields: { field: what },
  });
}
