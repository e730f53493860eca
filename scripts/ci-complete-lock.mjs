// Completes package-lock.json, because `npm ci` otherwise reports that the lock file and package.json are not
// in sync. npm adds the packages for other platforms that its registry serves, with integrity hashes; this
// script adds the others without hashes. Run it after every `npm install` that changes the lock file; pass
// `-- infra/package-lock.json` or `-- test/mutation/package-lock.json` for another lock file.
// test/unit/lock-files.test.ts lists the entries without hashes.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const PATH = process.argv[2] ?? 'package-lock.json';
const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

// npm resolves only missing entries. Links and their targets do not come from the registry.
let lock = read();
const isUnresolved = ({ version, optional, integrity }) =>
  version !== undefined && optional === true && integrity === undefined;
lock.packages = Object.fromEntries(Object.entries(lock.packages).filter(([, entry]) => !isUnresolved(entry)));
write();
const words = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
execFileSync('npm', [...words, '--omit-lockfile-registry-resolved'], {
  cwd: dirname(PATH),
  stdio: 'inherit',
});
lock = read();
let added = 0;
for (const [folder, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!/^\d+\.\d+\.\d+/.test(version) || resolvedVersion(folder, name, version) === version) continue;
    const top = `node_modules/${name}`;
    const place = lock.packages[top] === undefined ? top : `${folder}/${top}`;
    lock.packages[place] = platformEntry(name, version, entry.dev === true);
    added++;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1)),
);
write();
console.log(`${added} packages that the registry does not serve were added to ${PATH} without integrity.`);

function read() {
  return JSON.parse(readFileSync(PATH, 'utf8'));
}

function write() {
  writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
}

/** Version of `name` that a package in `folder` resolves to, walking up as Node.js does. */
function resolvedVersion(folder, name, lockedVersion) {
  for (let from = folder; ; from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/')))) {
    const base = from.replace(/\/$/, '');
    const found = lock.packages[base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`];
    // A link is an override, which must be kept.
    if (found?.link === true) return lockedVersion;
    if (found !== undefined || base === '') return found?.version;
  }
}

function platformEntry(name, version, dev) {
  const parts = name.split('/').at(-1).split('-');
  const os = parts.filter((part) => SYSTEMS.includes(part));
  const cpu = parts.filter((part) => PROCESSORS.includes(part));
  const libc = parts.some((part) => part.startsWith('musl')) ? ['musl'] : [];
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(dev ? { dev: true } : {}),
    ...(libc.length > 0 ? { libc } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  };
}
