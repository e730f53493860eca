import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences, by SPDX identifier, that require only their notice when bundled code is redistributed. */
const WITH_NOTICE = ['Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Zlib'];
/** Licences that do not require a notice. */
const WITHOUT_NOTICE = ['0BSD', 'CC0-1.0', 'MIT-0', 'Unlicense'];
const ALLOWED: ReadonlySet<string> = new Set([...WITH_NOTICE, ...WITHOUT_NOTICE]);
/** Folders of srag whose modules contain a package's code, because that package's compiler inserted it. */
const COMPILED: Readonly<Record<string, string>> = { 'src/indexes/snapshot/kernels/': 'assemblyscript' };
const FILE = 'THIRD-PARTY-NOTICES.txt';
const TEXT_FILE = /^(licen[cs]e|copying|notice)([-.].*)?$/i;
const RULE = `\n${'-'.repeat(80)}\n\n`;

/**
 * Licence texts for packages that name a licence but ship no text; the author comes from their package.json.
 */
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
 * A bundler plugin that writes the licence texts of all packages in a bundle to a file next to it. `copied`
 * names the folders of packages whose files are copied into the build. The build fails if a package has no
 * text or a licence that is not allowed.
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
      if (problems.length > 0)
        throw new Error(`The bundle must not be redistributed:\n${problems.join('\n')}`);
      if (packages.length > 0) this.emitFile({ type: 'asset', fileName: FILE, source: noticesOf(packages) });
    },
  };
}

/** The folder of the package that contains a module; undefined for modules of srag. */
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

/**
 * Whether an SPDX expression without nested parentheses is allowed: at least one side of `OR` must be, and
 * every side of `AND`.
 */
function isAllowed(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((side) => side.split(' AND ').every((license) => ALLOWED.has(license.trim())));
}

/** Lists each text once, even if several packages share it. */
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

/** Why a package must not be redistributed in a bundle; undefined if it may be. */
function problemOf(each: Package): string | undefined {
  const { name, version, license } = each;
  if (!isAllowed(String(license))) return `${name}@${version}: '${license}' is not an allowed licence`;
  if (licenceText(each) === undefined)
    return `${name}@${version}: the package has no licence text (${license})`;
  return undefined;
}

function licenceText({ folder, license, author }: Package): string | undefined {
  const files = readdirSync(folder).sort();
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8').replaceAll('\r', '').trim();
  const texts = files.filter((file) => TEXT_FILE.test(file)).map(read);
  if (texts.length > 0) return texts.join('\n\n');
  // Some small packages contain their licence text only in the readme.
  const readme = files.filter((file) => /^readme/i.test(file)).map(read)[0];
  const sections = readme?.split(/^#+ */m) ?? [];
  const section = sections
    .find((text) => /^licen[cs]e\b/i.test(text))
    ?.replace(/^.*\n/, '')
    .trim();
  if (section?.includes('Permission') && section.includes('Copyright')) return section;
  if (WITHOUT_NOTICE.includes(license)) return `${license} requires no notice.`;
  const holder = typeof author === 'object' ? author.name : author;
  const standard = STANDARD_TEXTS[license]?.();
  return standard === undefined || holder === undefined ? undefined : `Copyright ${holder}\n\n${standard}`;
}
