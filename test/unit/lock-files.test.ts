import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const NOT_SERVED = 'the registry used to create the lock file does not provide the package';

/** Entries without an integrity hash, each with the reason. `npm run lock:complete` requests the hashes. */
const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'package-lock.json': {
    'node_modules/@lancedb/lancedb-darwin-arm64': NOT_SERVED,
    'node_modules/@lancedb/lancedb-linux-arm64-gnu': NOT_SERVED,
    'node_modules/@lancedb/lancedb-linux-arm64-musl': NOT_SERVED,
    'node_modules/@lancedb/lancedb-win32-arm64-msvc': NOT_SERVED,
    'node_modules/@lancedb/lancedb-win32-x64-msvc': NOT_SERVED,
    'node_modules/@lancedb/lancedb/empty': 'an override by a folder of this repository',
    'node_modules/recheck/empty': 'an override by a folder of this repository',
  },
  'infra/package-lock.json': {},
  'test/mutation/package-lock.json': {},
};

interface Entry {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  /** Whether the package is contained in the archive of another package, whose hash covers it. */
  readonly inBundle?: boolean;
}

describe.each(Object.entries(EXCEPTIONS))('%s', (path, exceptions) => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as {
    packages: Record<string, Entry>;
  };
  const entries = Object.entries(packages).filter(([place]) => place !== '');

  it('contains the integrity hash of every package, except packages listed with a reason', () => {
    const without = entries.filter(
      ([, { link, inBundle, integrity }]) => !link && !inBundle && integrity === undefined,
    );
    expect(without.map(([place]) => place).sort()).toEqual(Object.keys(exceptions).sort());
    for (const [place, { integrity }] of entries) expect(integrity ?? 'sha512-', place).toMatch(/^sha512-/);
  });

  it('contains no registry URL', () => {
    const hosts = entries.filter(([, { resolved }]) => /^[a-z+]+:/.test(resolved ?? ''));
    expect(hosts.map(([place]) => place)).toEqual([]);
  });
});
