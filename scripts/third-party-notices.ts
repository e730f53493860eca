import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences, by SPDX identifier, under which bundled code may be passed on with its notice alone. */
const WITH_NOTICE = ['Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Zlib'];
/** Those that ask for no notice. */
const WITHOUT_NOTICE = ['0BSD', 'CC0-1.0', 'MIT-0', 'Unlicense'];
const ALLOWED: ReadonlySet<string> = new Set([...WITH_NOTICE, ...WITHOUT_NOTICE]);
/** Bundled modules that hold code of a package without being in its folder: its compiler put it there. */
const COMPILED: Readonly<Record<string, string>> = { 'src/indexes/snapshot/kernels/': 'assemblyscript' };
const FILE = 'THIRD-PARTY-NOTICES.txt';
const TEXT_FILE = /^(licen[cs]e|copying|notice)([-.].*)?$/i;
const RULE = `\n${'-'.repeat(80)}\n\n`;

/** Texts of licences for packages that name one and ship none; the author is that of their package.json. */
const STANDARD_TEXTS: Readonly<Record<string, () => string>> = {
  'Apache-2.0': () => readFileSync(join(import.meta.dirname, '..', 'LICENSE'), 'utf8').trim(),
  ISC: () =>
    `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`,
};

interface Chunk {
  readonly type: string;
  readonly modules?: Readonly<Record<string, unknown>>;
}

interface Package {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author?: string | { readonly name?: string };
}

/**
 * A plugin of the bundler that writes the licence texts of all packages in a bundle beside it.
 * Packages whose files are copied into the build are named by their folders.
 * The build fails for a package without a text, or under a licence that is not allowed.
 */
export function thirdPartyNotices(copied: readonly string[] = []) {
  return {
    name: 'third-party-notices',
    generateBundle(
      this: { emitFile: (file: object) => void },
      _: unknown,
      bundle: Readonly<Record<string, Chunk>>,
    ) {
      const modules = Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules ?? {}));
      const folders = new Set([...modules.flatMap((id) => packageFolder(id) ?? []), ...copied]);
      const packages = [...folders].map(readPackage);
      const problems = packages.flatMap((each) => problemOf(each) ?? []);
      if (problems.length > 0) throw new Error(`The bundle must not be passed on:\n${problems.join('\n')}`);
      if (packages.length > 0) this.emitFile({ type: 'asset', fileName: FILE, source: noticesOf(packages) });
    },
  };
}

/** The folder of the package that a module belongs to; undefined for srag's own. */
function packageFolder(id: string): string | undefined {
  const path = id.replaceAll('\\', '/').replace(/^\0/, '');
  const compiled = Object.entries(COMPILED).find(([part]) => path.includes(part));
  if (compiled !== undefined) return join('node_modules', compiled[1]);
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function readPackage(folder: string): Package {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { folder, name, version, license, author };
}

/** Whether an SPDX expression without brackets inside allows it: one side of `OR`, every side of `AND`. */
function isAllowed(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((side) => side.split(' AND ').every((license) => ALLOWED.has(license.trim())));
}

/** Texts that packages share stand there once. */
function noticesOf(packages: readonly Package[]): string {
  const owners = new Map<string, string[]>();
  for (const each of packages.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    const text = licenceText(each) ?? '';
    const label = `${each.name} ${each.version} (${each.license})`;
    owners.set(text, [...(owners.get(text) ?? []), label]);
  }
  const parts = [...owners].map(([text, labels]) => `${[...new Set(labels)].join('\n')}\n\n${text}\n`);
  return `This bundle contains code of these packages.\n${RULE}${parts.join(RULE)}`;
}

/** Why a package must not be passed on in a bundle; undefined where it may be. */
function problemOf(each: Package): string | undefined {
  const { name, version, license } = each;
  if (!isAllowed(String(license))) return `${name}@${version}: '${license}' is not an allowed licence`;
  if (licenceText(each) === undefined)
    return `${name}@${version}: it has no text of its licence (${license})`;
  return undefined;
}

function licenceText({ folder, license, author }: Package): string | undefined {
  const files = readdirSync(folder).sort();
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8').replaceAll('\r', '').trim();
  const texts = files.filter((file) => TEXT_FILE.test(file)).map(read);
  if (texts.length > 0) return texts.join('\n\n');
  // Small packages have it in their readme alone.
  const readme = files.filter((file) => /^readme/i.test(file)).map(read)[0];
  const sections = readme?.split(/^#+ */m) ?? [];
  const section = sections
    .find((text) => /^licen[cs]e\b/i.test(text))
    ?.replace(/^.*\n/, '')
    .trim();
  if (section?.includes('Permission') && section.includes('Copyright')) return section;
  if (WITHOUT_NOTICE.includes(license)) return `${license} asks for no notice.`;
  const holder = typeof author === 'object' ? author.name : author;
  const standard = STANDARD_TEXTS[license]?.();
  return standard === undefined || holder === undefined ? undefined : `Copyright ${holder}\n\n${standard}`;
}
