import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

let found: { readonly folder: string | undefined } | undefined;

/**
 * Folder of the CMaps that map codes of East Asian fonts to characters (Adobe's resources, packed by PDF.js),
 * ending in `/`. It is next to the program, else in the installed package `srag`, else in `pdfjs-dist`, from
 * which the build copies it.
 */
export function characterMaps(): string | undefined {
  found ??= { folder: places().find((place) => existsSync(place)) };
  return found.folder?.replaceAll('\\', '/').concat('/');
}

function places(): string[] {
  const require = createRequire(import.meta.url);
  const inPackage = (name: string, folder: string): string[] => {
    try {
      return [join(dirname(require.resolve(`${name}/package.json`)), folder)];
    } catch {
      return [];
    }
  };
  return [
    join(import.meta.dirname, 'cmaps'),
    ...inPackage('srag', join('dist', 'cmaps')),
    ...inPackage('pdfjs-dist', 'cmaps'),
  ];
}
