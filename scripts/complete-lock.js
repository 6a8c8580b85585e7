/**
 * Completes package-lock.json after `npm install` against a registry that lacks the binaries of other
 * platforms: npm leaves those optional packages out of the lock, and `npm ci` then refuses it everywhere.
 * Each is entered with its version and the platform that its name tells; npm skips it on all others.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

const systems = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
  windows: 'win32',
};
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 's390x', 'loong64', 'riscv64'];

const present = new Set(Object.keys(lock.packages).map((key) => key.split('node_modules/').at(-1)));
for (const owner of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    if (present.has(name)) continue;
    lock.packages[`node_modules/${name}`] = entryOf(name, version, owner.dev);
    console.log(`added ${name} ${version}`);
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)),
);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);

function entryOf(name, version, dev) {
  const words = name.split('/').at(-1).split('-');
  const os = words.map((word) => systems[word]).find((word) => word !== undefined);
  const cpu = words.includes('64') ? 'x64' : words.find((word) => processors.includes(word));
  if (os === undefined || cpu === undefined) throw new Error(`${name} names no platform`);
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : undefined;
  return {
    version,
    cpu: [cpu],
    ...(dev && { dev }),
    ...(libc && { libc }),
    optional: true,
    os: [os],
  };
}
