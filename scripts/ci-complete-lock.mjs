// Adds to package-lock.json the packages for other platforms that the registry did not serve when it was made.
// Without them `npm ci` says that the lock file and package.json are not in sync. Run it after every
// `npm install` that changes the lock file; `-- infra/package-lock.json` completes that one.
import { readFileSync, writeFileSync } from 'node:fs';

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

const lock = JSON.parse(readFileSync(PATH, 'utf8'));
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
writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added to ${PATH}`);

/** Version that a package in `folder` finds under `name`, walking up as Node.js does. */
function resolvedVersion(folder, name, lockedVersion) {
  for (let from = folder; ; from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/')))) {
    const base = from.replace(/\/$/, '');
    const found = lock.packages[base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`];
    // A link is an override: it stays.
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
